#include "api/invite_endpoints.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/fields.h"

namespace parley::api {
namespace {

namespace json = boost::json;

json::value room_json(const std::optional<RoomHooks::Summary>& room) {
  if (!room) return nullptr;
  return json::object{
      {"id", room->id}, {"name", room->name}, {"description", room->description}, {"member_count", room->member_count}};
}

std::string preview_json(const RoomInvites::Preview& preview) {
  json::object object{{"kind", to_string(preview.kind)}, {"valid", preview.valid}};
  object["expires_at"] = preview.expires_at ? json::value(to_rfc3339(*preview.expires_at)) : json::value(nullptr);
  object["room"] = room_json(preview.room);
  return json::serialize(object);
}

}  // namespace

void InviteEndpoints::add_to(Router& router) {
  router.add(Method::get, "/api/v1/invites/{token}", Access::open, [this](Request r) { return preview(std::move(r)); });
  router.add(Method::post, "/api/v1/invites/{token}/accept", Access::signed_in,
             [this](Request r) { return accept(std::move(r)); });
}

Task<Result<Response>> InviteEndpoints::preview(Request request) {
  if (auto ok = Fields::of_query(request).finish(); !ok) co_return ok.error();
  const auto found = co_await invites_.preview(request.params.at("token"));
  if (!found) co_return found.error();
  co_return json_response(200, preview_json(*found));
}

Task<Result<Response>> InviteEndpoints::accept(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  auto room = co_await invites_.accept(*request.identity, request.params.at("token"));
  if (!room) co_return room.error();
  co_return json_response(200, std::move(*room));
}

}  // namespace parley::api
