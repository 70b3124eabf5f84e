#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"

namespace parley::api {

/// Reads a request's fields, strictly: a wrong type, a missing or an unknown field is refused by name. Read
/// every field that the endpoint has, then call finish(), which gives the first fault. Also reads WebSocket
/// commands. Example:
///   Fields fields(request);
///   auto name = fields.text("name");
///   auto limit = fields.optional_number("max_uses", 1, 1000);
///   if (auto ok = fields.finish(); !ok) co_return ok.error();
class Fields {
 public:
  /// The body, which must be application/json (415), valid UTF-8 JSON (400, depth at most 8), and an object. An
  /// empty body counts as {}.
  explicit Fields(const Request& request);
  explicit Fields(boost::json::object object);

  /// The request's query instead of its body; numbers are parsed.
  static Fields of_query(const Request& request);

  std::string text(std::string_view name);
  std::optional<std::string> optional_text(std::string_view name);
  std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least, std::int64_t most);
  bool flag(std::string_view name);
  std::optional<bool> optional_flag(std::string_view name);

  /// Notes a fault of a field's value found by the caller; the first noted one counts.
  void fault(Error error);

  /// Ok, or the first fault: of the body, of a field read, or of a field that nobody read.
  Result<void> finish();

 private:
  const boost::json::value* find(std::string_view name);

  boost::json::object object_;
  std::vector<std::string> read_;
  std::optional<Error> fault_;
};

}  // namespace parley::api
