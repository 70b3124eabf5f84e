#include "api/room_link_endpoints.h"

#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/fields.h"
#include "api/invite_terms.h"
#include "api/page_query.h"

namespace parley::api {

void RoomLinkEndpoints::add_to(Router& router) {
  const auto add = [&](Method method, std::string_view path, auto member) {
    router.add(method, path, Access::signed_in, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  add(Method::get, "/api/v1/rooms/{room_id}/invites", &RoomLinkEndpoints::list);
  add(Method::post, "/api/v1/rooms/{room_id}/invites", &RoomLinkEndpoints::create);
  add(Method::del, "/api/v1/rooms/{room_id}/invites/{invite_id}", &RoomLinkEndpoints::withdraw);
}

Task<Result<Response>> RoomLinkEndpoints::list(Request request) {
  auto fields = Fields::of_query(request);
  const PageQuery page(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto found =
      co_await room_links_.open(*request.identity, request.params.at("room_id"), page.cursor, page.limit);
  if (!found) co_return found.error();
  co_return json_response(200, page_json(*found, invite_json));
}

Task<Result<Response>> RoomLinkEndpoints::create(Request request) {
  Fields fields(request);
  auto terms = read_invite_terms(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto made = co_await room_links_.create(*request.identity, request.params.at("room_id"), std::move(terms));
  if (!made) co_return made.error();
  co_return json_response(201, boost::json::serialize(new_invite_json(*made, pages_.invite(request, made->token))));
}

Task<Result<Response>> RoomLinkEndpoints::withdraw(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto gone =
      co_await room_links_.withdraw(*request.identity, request.params.at("room_id"), request.params.at("invite_id"));
  if (!gone) co_return gone.error();
  co_return no_content();
}

}  // namespace parley::api
