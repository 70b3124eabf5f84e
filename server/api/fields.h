#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"

namespace parley::api {

/// Bounds of a text, in Unicode code points.
struct TextRule {
  std::size_t least = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

/// The one place for what holds for every text from outside: valid UTF-8 and no U+0000 (which C libraries and
/// stores end a string at), and its length. validation_failed for `field` otherwise.
Result<void> check_text(std::string_view field, std::string_view text, TextRule rule = {});

/// Reads a request's fields, strictly: a wrong type, a missing or an unknown field is refused by name. Read
/// every field that the endpoint has, then call finish(), which gives the first fault. Also reads WebSocket
/// commands. Example:
///   Fields fields(request);
///   auto name = fields.text("name", {.least = 1, .most = 64});
///   auto limit = fields.optional_number("max_uses", 1, 1000);
///   if (auto ok = fields.finish(); !ok) co_return ok.error();
class Fields {
 public:
  /// The body, which must be application/json (415), valid UTF-8 JSON (400, depth at most 8), and an object. An
  /// empty body counts as {}. A call that takes a body takes no query: a parameter is an unknown field.
  explicit Fields(const Request& request);
  explicit Fields(boost::json::object object);

  /// The request's query instead of its body; numbers and flags are parsed.
  static Fields of_query(const Request& request);
  /// The body in JSON or, if its content type says so, as a form (application/x-www-form-urlencoded).
  static Fields json_or_form(const Request& request);

  /// A text has no U+0000. null is a wrong type, for optional fields as well.
  std::string text(std::string_view name, TextRule rule = {});
  std::optional<std::string> optional_text(std::string_view name, TextRule rule = {});
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least, std::int64_t most);
  bool flag(std::string_view name);
  std::optional<bool> optional_flag(std::string_view name);

  /// Notes a fault of a field's value found by the caller; the first noted one counts.
  void fault(Error error);

  /// Ok, or the first fault: of the body, of a field read, or of a field that nobody read.
  Result<void> finish();

 private:
  enum class Source { json, text };  ///< of text: every value is a string, numbers and flags are parsed

  Fields(boost::json::object object, Source source);
  static Fields of_text(const std::map<std::string, std::string>& values);
  const boost::json::value* find(std::string_view name);
  void missing(std::string_view name);
  void refuse_query(const Request& request);
  void parse_body(std::string_view body);

  boost::json::object object_{};
  Source source_ = Source::json;
  std::vector<std::string> read_{};
  std::optional<Error> fault_{};
};

}  // namespace parley::api
