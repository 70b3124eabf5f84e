#include "api/room_endpoints.h"

#include "api/fields.h"
#include "api/page_query.h"
#include "core/json_text.h"
#include "models/state_change.h"

namespace parley::api {
namespace {

std::string list_json(const Page<RoomView>& page) {
  std::string json = R"({"items":[)";
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    if (i > 0) json += ',';
    json += room_json(page.items[i]);
  }
  json += R"(],"next_cursor":)";
  if (page.next_cursor.empty()) {
    json += "null";
  } else {
    append_json_string(json, page.next_cursor);
  }
  return json += '}';
}

std::optional<Visibility> visibility_of(Fields& fields, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto visibility = parse_visibility(*text);
  if (!visibility) fields.fault(invalid("visibility", "visibility: must be public or private."));
  return visibility;
}

Result<Response> shown(int status, const Result<RoomView>& room) {
  if (!room) return room.error();
  return json_response(status, room_json(*room));
}

Result<Response> done(const Result<void>& result) {
  if (!result) return result.error();
  return no_content();
}

}  // namespace

void RoomEndpoints::add_to(Router& router) {
  const auto add = [&](Method method, std::string_view path, auto member) {
    router.add(method, path, Access::signed_in, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  add(Method::get, "/api/v1/rooms", &RoomEndpoints::list);
  add(Method::post, "/api/v1/rooms", &RoomEndpoints::create);
  add(Method::get, "/api/v1/rooms/{room_id}", &RoomEndpoints::show);
  add(Method::patch, "/api/v1/rooms/{room_id}", &RoomEndpoints::update);
  add(Method::del, "/api/v1/rooms/{room_id}", &RoomEndpoints::remove);
  add(Method::post, "/api/v1/rooms/{room_id}/join", &RoomEndpoints::join);
  add(Method::post, "/api/v1/rooms/{room_id}/leave", &RoomEndpoints::leave);
}

Task<Result<Response>> RoomEndpoints::list(Request request) {
  auto fields = Fields::of_query(request);
  const auto scope = fields.optional_text("scope").value_or("mine");
  auto query = fields.optional_text("q", {.least = 1, .most = 64}).value_or("");
  const PageQuery page(fields);
  if (scope != "mine" && scope != "public") fields.fault(invalid("scope", "scope: must be mine or public."));
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  auto& lists = rooms_.lists;
  auto reading = scope == "mine" ? lists.mine(*request.identity, std::move(query), page.cursor, page.limit)
                                 : lists.all_public(*request.identity, std::move(query), page.cursor, page.limit);
  const auto found = co_await std::move(reading);
  if (!found) co_return found.error();
  co_return json_response(200, list_json(*found));
}

Task<Result<Response>> RoomEndpoints::create(Request request) {
  Fields fields(request);
  RoomService::NewRoom room;
  room.name = fields.text("name");
  room.description = fields.optional_text("description").value_or("");
  const auto visibility = visibility_of(fields, fields.text("visibility"));
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  room.visibility = *visibility;
  co_return shown(201, co_await rooms_.rooms.create(*request.identity, std::move(room)));
}

Task<Result<Response>> RoomEndpoints::show(Request request) {
  if (auto ok = Fields::of_query(request).finish(); !ok) co_return ok.error();
  co_return shown(200, co_await rooms_.rooms.get(*request.identity, request.params.at("room_id")));
}

Task<Result<Response>> RoomEndpoints::update(Request request) {
  Fields fields(request);
  RoomService::Update update;
  update.name = fields.optional_text("name");
  update.description = fields.optional_text("description");
  update.visibility = visibility_of(fields, fields.optional_text("visibility"));
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  if (!update.name && !update.description && !update.visibility) {
    co_return invalid("", "Give at least one of name, description and visibility.");
  }
  co_return shown(200,
                  co_await rooms_.rooms.update(*request.identity, request.params.at("room_id"), std::move(update)));
}

Task<Result<Response>> RoomEndpoints::remove(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  co_return done(co_await rooms_.rooms.remove(*request.identity, request.params.at("room_id")));
}

Task<Result<Response>> RoomEndpoints::join(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  co_return shown(200, co_await rooms_.members.join(*request.identity, request.params.at("room_id")));
}

Task<Result<Response>> RoomEndpoints::leave(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  co_return done(co_await rooms_.members.leave(*request.identity, request.params.at("room_id")));
}

}  // namespace parley::api
