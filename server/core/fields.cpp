#include "core/fields.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>

#include "core/utf8.h"

namespace parley {
namespace {

namespace json = boost::json;

Error wrong_type(std::string_view name, std::string_view wanted) {
  return invalid(std::string(name), std::string(name) + ": must be " + std::string(wanted) + ".");
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

/// JSON has one kind of number: 5.0 is the integer 5. Doubles are exact up to 2^53.
std::optional<std::int64_t> integer_of(const json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  const auto* real = value.if_double();
  if (real && std::abs(*real) <= 9007199254740992.0 && std::floor(*real) == *real) {
    return static_cast<std::int64_t>(*real);
  }
  return std::nullopt;
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::string range(std::string_view name, std::string_view unit, std::int64_t least, std::int64_t most) {
  return std::string(name) + ": must be " + std::string(unit) + std::to_string(least) + " to " + std::to_string(most) +
         ".";
}

std::string length_message(std::string_view name, TextRule rule) {
  const bool bounded = rule.most != TextRule().most;
  std::string message(name);
  if (rule.least == 0) return message + ": must have at most " + std::to_string(rule.most) + " characters.";
  message += ": must have " + std::to_string(rule.least);
  return message + (bounded ? " to " + std::to_string(rule.most) : " or more") + " characters.";
}

}  // namespace

Result<void> check_text(std::string_view field, std::string_view text, TextRule rule) {
  const std::string name(field);
  if (!utf8::valid(text)) return invalid(name, name + ": must be valid UTF-8.");
  if (text.find('\0') != std::string_view::npos) return invalid(name, name + ": must not hold U+0000.");
  const auto length = utf8::count_code_points(text);
  if (length < rule.least || length > rule.most) return invalid(name, length_message(field, rule));
  return {};
}

Fields Fields::of_text(const std::map<std::string, std::string>& values) {
  json::object object;
  for (const auto& [name, value] : values) object.emplace(name, value);
  return Fields(std::move(object), Source::text);
}

const json::value* Fields::find(std::string_view name) {
  read_.emplace_back(name);
  return object_.if_contains(name);
}

void Fields::missing(std::string_view name) {
  fault(invalid(std::string(name), std::string(name) + ": is missing."));
}

std::string Fields::text(std::string_view name, TextRule rule) {
  auto text = optional_text(name, rule);
  if (!text && !object_.contains(name)) missing(name);
  return std::move(text).value_or(std::string());
}

std::optional<std::string> Fields::optional_text(std::string_view name, TextRule rule) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    fault(wrong_type(name, "a string"));
    return std::nullopt;
  }
  const std::string_view text = value->get_string();
  if (auto checked = check_text(name, text, rule); !checked) {
    fault(checked.error());
    return std::nullopt;
  }
  return std::string(text);
}

std::int64_t Fields::number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto number = optional_number(name, least, most);
  if (!number && !object_.contains(name)) missing(name);
  return number.value_or(least);
}

std::optional<std::int64_t> Fields::optional_number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  std::optional<std::int64_t> number;
  if (source_ == Source::text) {
    number = parse_integer(std::string_view(value->get_string()));
  } else {
    number = integer_of(*value);
  }
  if (!number || *number < least || *number > most) {
    fault(invalid(std::string(name), range(name, "an integer from ", least, most)));
    return std::nullopt;
  }
  return number;
}

bool Fields::flag(std::string_view name) {
  const auto flag = optional_flag(name);
  if (!flag && !object_.contains(name)) missing(name);
  return flag.value_or(false);
}

std::optional<bool> Fields::optional_flag(std::string_view name) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  std::optional<bool> flag;
  if (source_ == Source::text) {
    flag = parse_flag(std::string_view(value->get_string()));
  } else if (const auto* boolean = value->if_bool()) {
    flag = *boolean;
  }
  if (!flag) fault(wrong_type(name, "true or false"));
  return flag;
}

void Fields::fault(Error error) {
  if (!fault_) fault_ = std::move(error);
}

Result<void> Fields::finish() {
  if (fault_) return *fault_;
  for (const auto& member : object_) {
    const std::string_view name = member.key();
    if (std::ranges::find(read_, name) != read_.end()) continue;
    return Error{Code::unknown_field, std::string(name) + ": this call takes no such field.", std::string(name)};
  }
  return {};
}

}  // namespace parley
