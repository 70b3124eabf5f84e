#pragma once

#include "api/http.h"
#include "core/fields.h"

namespace parley::api {

using parley::check_text;
using parley::TextRule;

/// The fields of a request. Example:
///   Fields fields(request);
///   auto name = fields.text("name", {.least = 1, .most = 64});
///   auto limit = fields.optional_number("max_uses", 1, 1000);
///   if (auto ok = fields.finish(); !ok) co_return ok.error();
class Fields : public parley::Fields {
 public:
  /// The body, which must be application/json (415), valid UTF-8 JSON (400, depth at most 8), and an object. An
  /// empty body counts as {}. A call that takes a body takes no query: a parameter is an unknown field.
  explicit Fields(const Request& request);

  /// The request's query instead of its body; numbers and flags are parsed.
  static Fields of_query(const Request& request);
  /// The body in JSON or, if its content type says so, as a form (application/x-www-form-urlencoded).
  static Fields json_or_form(const Request& request);

 private:
  explicit Fields(parley::Fields fields) : parley::Fields(std::move(fields)) {}
  void refuse_query(const Request& request);
  void parse_body(std::string_view body);
};

}  // namespace parley::api
