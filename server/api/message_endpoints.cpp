#include "api/message_endpoints.h"

#include <limits>

#include "api/fields.h"
#include "core/ids.h"
#include "core/json_text.h"
#include "services/message_service.h"
#include "services/presence_service.h"

namespace parley::api {
namespace {

constexpr std::int64_t kMaxSeq = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxPage = 100;

std::string page_json(const MessagePage& page) {
  std::string json = R"({"messages":[)";
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    if (i > 0) json += ',';
    json += event_json(page.messages[i]);
  }
  return json += page.has_more ? R"(],"has_more":true})" : R"(],"has_more":false})";
}

std::string presence_json(const std::vector<PresentUser>& users) {
  std::string json = R"({"users":[)";
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (i > 0) json += ',';
    JsonObjectWriter(json).member("user_id", users[i].user_id).member("username", users[i].username).close();
  }
  return json += "]}";
}

std::optional<std::uint64_t> seq_field(Fields& fields, std::string_view name, std::int64_t least) {
  const auto number = fields.optional_number(name, least, kMaxSeq);
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

Task<Result<Response>> list_messages(MessageService& messages, Request request) {
  const auto room_id = request.params.at("room_id");
  auto fields = Fields::of_query(request);
  PageRequest page;
  page.before = seq_field(fields, "before", 1);
  page.after = seq_field(fields, "after", 0);
  if (const auto limit = fields.optional_number("limit", 1, kMaxPage)) page.limit = static_cast<std::size_t>(*limit);
  if (page.before && page.after) fields.fault(invalid("after", "after: can't stand beside before."));
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  if (!is_id(room_id)) co_return refuse(Code::not_found, "There is no such room, or not for you.");
  auto found = co_await messages.history(*request.identity, room_id, page);
  if (!found) co_return found.error();
  co_return json_response(200, page_json(*found));
}

Task<Result<Response>> send_message(MessageService& messages, Request request) {
  Fields fields(request);
  auto content = fields.text("content");
  auto key = fields.optional_text("key");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  auto sent =
      co_await messages.send(*request.identity, request.params.at("room_id"), std::move(key), std::move(content));
  if (!sent) co_return sent.error();
  co_return json_response(sent->outcome == Appended::Outcome::appended ? 201 : 200, event_json(sent->entry));
}

Task<Result<Response>> get_presence(PresenceService& presence, Request request) {
  auto fields = Fields::of_query(request);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  auto users = co_await presence.present(*request.identity, request.params.at("room_id"));
  if (!users) co_return users.error();
  co_return json_response(200, presence_json(*users));
}

}  // namespace

void add_message_endpoints(Router& router, MessageService& messages, PresenceService& presence) {
  const std::string room = "/api/v1/rooms/{room_id}";
  router.add(Method::get, room + "/messages", Access::signed_in,
             [&messages](Request request) { return list_messages(messages, std::move(request)); });
  router.add(Method::post, room + "/messages", Access::signed_in,
             [&messages](Request request) { return send_message(messages, std::move(request)); });
  router.add(Method::get, room + "/presence", Access::signed_in,
             [&presence](Request request) { return get_presence(presence, std::move(request)); });
}

}  // namespace parley::api
