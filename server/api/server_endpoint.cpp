#include "api/server_endpoint.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/fields.h"
#include "api/page_query.h"
#include "services/text_rules.h"
#include "websocket/decoder.h"

namespace parley::api {
namespace {

std::string_view to_string(Registration registration) {
  switch (registration) {
    case Registration::open:
      return "open";
    case Registration::invite:
      return "invite";
    case Registration::closed:
      return "closed";
  }
  return "closed";
}

boost::json::object limits() {
  return {{"message_length", kMessageLength},
          {"room_name_length", kNameLength},
          {"room_description_length", kDescriptionLength},
          {"display_name_length", kNameLength},
          {"username_min_length", kUsernameMinLength},
          {"username_max_length", kUsernameMaxLength},
          {"password_min_length", Passwords::kMinLength},
          {"password_max_length", Passwords::kMaxLength},
          {"page_size", PageQuery::kMaxLimit},
          {"body_bytes", kBodyLimit},
          {"frame_bytes", websocket::Decoder::kDefaultLimit}};
}

}  // namespace

void ServerEndpoint::add_to(Router& router) {
  router.add(Method::get, "/api/v1/server", Access::open, [this](Request r) { return describe(std::move(r)); });
}

Task<Result<Response>> ServerEndpoint::describe(Request request) {
  if (auto ok = Fields::of_query(request).finish(); !ok) co_return ok.error();
  const auto status = co_await sign_up_.status(request.caller);
  const boost::json::object server{{"name", "Parley"},
                                   {"version", PARLEY_VERSION},
                                   {"registration", to_string(status.registration)},
                                   {"setup_required", status.setup_required},
                                   {"setup_code_required", status.setup_code_required},
                                   {"limits", limits()}};
  co_return json_response(200, boost::json::serialize(server));
}

}  // namespace parley::api
