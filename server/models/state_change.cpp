#include "models/state_change.h"

#include <boost/json.hpp>

#include "core/json_text.h"

namespace parley {
namespace {

constexpr std::string_view kAccountDisabled = "account_disabled";

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool read_room(const boost::json::object& body, StateChange& change) {
  const auto visibility = parse_visibility(text_member(body, "visibility"));
  if (!visibility) return false;
  change.name = text_member(body, "name");
  change.description = text_member(body, "description");
  change.visibility = *visibility;
  return true;
}

bool read_member(const boost::json::object& body, StateChange& change) {
  const auto* member = body.if_contains("member");
  const auto role = parse_role(text_member(body, "role"));
  if (!member || !member->is_object() || !role) return false;
  change.member = {text_member(member->get_object(), "user_id"), text_member(member->get_object(), "username"), *role};
  return !change.member.user_id.empty();
}

void write_room(JsonObjectWriter& writer, const Room& room) {
  writer.member("name", room.name)
      .member("description", room.description)
      .member("visibility", to_string(room.visibility));
}

}  // namespace

std::optional<StateChange> state_change(const Entry& entry) {
  if (!changes_state(entry.kind)) return std::nullopt;
  StateChange change;
  if (entry.kind == kind::room_deleted) return change;
  boost::system::error_code ec;
  const auto body = boost::json::parse(entry.body, ec);
  if (ec || !body.is_object()) return std::nullopt;
  const bool about_room = entry.kind == kind::room_created || entry.kind == kind::room_changed;
  const bool read = about_room ? read_room(body.get_object(), change) : read_member(body.get_object(), change);
  return read ? std::optional(change) : std::nullopt;
}

std::string room_body(const Room& room) {
  std::string json;
  JsonObjectWriter writer(json);
  write_room(writer, room);
  writer.close();
  return json;
}

std::string member_body(const Member& member) {
  std::string json = "{\"member\":";
  JsonObjectWriter who(json);
  who.member("user_id", member.user_id).member("username", member.username).close();
  json += ",\"role\":";
  append_json_string(json, to_string(member.role));
  json += '}';
  return json;
}

std::string message_body(std::string_view content) {
  std::string json;
  json.reserve(content.size() + 16);
  JsonObjectWriter(json).member("content", content).close();
  return json;
}

std::string room_ref_body(std::string_view room_id) {
  std::string json;
  JsonObjectWriter(json).member("room_id", room_id).close();
  return json;
}

std::string room_added_body(const RoomView& view) {
  std::string json;
  JsonObjectWriter writer(json);
  writer.member("room_id", view.room.id);
  json += ",\"room\":";
  json += room_json(view);
  writer.close();
  return json;
}

std::string room_json(const RoomView& view) {
  std::string json;
  JsonObjectWriter writer(json);
  writer.member("id", view.room.id);
  write_room(writer, view.room);
  writer.member("owner_id", view.room.owner_id)
      .member("created_at", to_rfc3339(view.room.created_at))
      .member("member_count", view.room.member_count);
  if (view.role) {
    writer.member("role", to_string(*view.role));
  } else {
    json += ",\"role\":null";
  }
  writer.member("head", view.head).member("messages", view.messages).close();
  return json;
}

std::string session_body(const EndedSession& ended) {
  std::string json;
  JsonObjectWriter writer(json);
  writer.member("session_id", ended.session_id);
  if (ended.account_disabled) writer.member("reason", kAccountDisabled);
  writer.close();
  return json;
}

std::optional<EndedSession> ended_session(const Entry& entry) {
  if (entry.kind != kind::session_ended) return std::nullopt;
  boost::system::error_code ec;
  const auto body = boost::json::parse(entry.body, ec);
  if (ec || !body.is_object()) return std::nullopt;
  const auto& object = body.get_object();
  return EndedSession{text_member(object, "session_id"), text_member(object, "reason") == kAccountDisabled};
}

}  // namespace parley
