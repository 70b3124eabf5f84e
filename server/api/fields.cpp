#include "api/fields.h"

#include "api/media_type.h"
#include "api/url.h"
#include "core/strict_json.h"

namespace parley::api {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

}  // namespace

Fields::Fields(const Request& request) : parley::Fields(boost::json::object()) {
  refuse_query(request);
  if (request.body.empty()) return;
  if (is_media_type(request.header("content-type"), "application/json")) {
    parse_body(request.body);
  } else {
    fault(refuse(Code::unsupported_media_type, "The body must be application/json."));
  }
}

void Fields::refuse_query(const Request& request) {
  if (request.query.empty()) return;
  const auto& name = request.query.begin()->first;
  fault({Code::unknown_field, name + ": this call takes no such query parameter.", name});
}

void Fields::parse_body(std::string_view body) {
  auto object = parse_json_object(body);
  if (object) {
    set_object(std::move(*object));
  } else {
    fault(object.error());
  }
}

Fields Fields::of_query(const Request& request) {
  return Fields(of_text(request.query));
}

Fields Fields::json_or_form(const Request& request) {
  if (!is_media_type(request.header("content-type"), kForm)) return Fields(request);
  auto form = parse_form(request.body);
  Fields fields(of_text(form ? *form : std::map<std::string, std::string>()));
  fields.refuse_query(request);
  if (!form) fields.fault(form.error());
  return fields;
}

}  // namespace parley::api
