#include "core/strict_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <string>

namespace parley {
namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::size_t kMaxDepth = 8;

/// Builds the value as Boost.JSON's own parser does, and counts the members as they stand in the text: in the
/// value a repeated name is one member.
struct Builder {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  json::value_stack stack{};
  std::size_t members = 0;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_object_end(std::size_t n, error_code&) {
    members += n;
    stack.push_object(n);
    return true;
  }
  bool on_array_end(std::size_t n, error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code&) {
    stack.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, error_code&) {
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
    stack.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, error_code&) {
    stack.push_double(number);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

/// Members of all objects in the value. Recursion is bounded by kMaxDepth.
std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) count += count_members(element);
  }
  return count;
}

Error malformed(std::string message) {
  return refuse(Code::malformed_json, std::move(message));
}

Error describe(const error_code& error, std::size_t offset) {
  if (error == json::error::too_deep) {
    return malformed("The JSON is nested more than " + std::to_string(kMaxDepth) + " deep.");
  }
  return malformed("Not valid JSON at byte " + std::to_string(offset) + ": " + error.message() + ".");
}

}  // namespace

Result<json::object> parse_json_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<Builder> parser(options);
  parser.handler().stack.reset();
  error_code error;
  const auto offset = parser.write_some(false, text.data(), text.size(), error);
  if (error) return describe(error, offset);
  if (text.find_first_not_of(" \t\r\n", offset) != std::string_view::npos) {
    return malformed("Something follows the JSON at byte " + std::to_string(offset) + ".");
  }
  auto value = parser.handler().stack.release();
  if (!value.is_object()) return refuse(Code::validation_failed, "A JSON object is wanted.");
  if (count_members(value) != parser.handler().members) return malformed("A member's name is given twice.");
  return std::move(value.get_object());
}

}  // namespace parley
