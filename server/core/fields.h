#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace parley {

/// Bounds of a text, in Unicode code points.
struct TextRule {
  std::size_t least = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

/// The one place for what holds for every text from outside: valid UTF-8 and no U+0000 (which C libraries and
/// stores end a string at), and its length. validation_failed for `field` otherwise.
Result<void> check_text(std::string_view field, std::string_view text, TextRule rule = {});

/// Reads the fields of what a client sent, strictly: a wrong type, a missing or an unknown field is refused by
/// name. Read every field that there is, then call finish(), which gives the first fault.
class Fields {
 public:
  explicit Fields(boost::json::object object) : Fields(std::move(object), Source::json) {}
  /// Of a query or a form: every value is a string, numbers and flags are parsed.
  static Fields of_text(const std::map<std::string, std::string>& values);

  /// A text has no U+0000. null is a wrong type, for optional fields as well.
  std::string text(std::string_view name, TextRule rule = {});
  std::optional<std::string> optional_text(std::string_view name, TextRule rule = {});
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least, std::int64_t most);
  bool flag(std::string_view name);
  std::optional<bool> optional_flag(std::string_view name);

  /// Notes a fault of a field's value found by the caller; the first noted one counts.
  void fault(Error error);

  /// Ok, or the first fault: of a field read, or of a field that nobody read.
  Result<void> finish();

 protected:
  enum class Source { json, text };

  Fields(boost::json::object object, Source source) : object_(std::move(object)), source_(source) {}
  void set_object(boost::json::object object) { object_ = std::move(object); }

 private:
  const boost::json::value* find(std::string_view name);
  void missing(std::string_view name);

  boost::json::object object_;
  Source source_;
  std::vector<std::string> read_{};
  std::optional<Error> fault_{};
};

}  // namespace parley
