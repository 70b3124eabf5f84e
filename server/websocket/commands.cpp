#include "websocket/commands.h"

#include "core/fields.h"
#include "core/ids.h"
#include "core/json_text.h"
#include "core/strict_json.h"

namespace parley::websocket {
namespace {

constexpr TextRule kRef{.least = 1, .most = 64};
constexpr std::int64_t kMaxSeq = 9'007'199'254'740'991;  // what a JSON number holds exactly, 2^53 - 1

std::string readable_ref(const boost::json::object& object) {
  const auto* ref = object.if_contains("ref");
  if (!ref || !ref->is_string()) return {};
  const std::string_view text = ref->get_string();
  return check_text("ref", text, kRef) ? std::string(text) : std::string();
}

std::string room_id(Fields& fields) {
  auto id = fields.text("room_id");
  // What has not the form of an id is no room: the same answer as for one that does not exist.
  if (!is_id(id)) fields.fault({Code::not_found, "There is no such room, or not for you.", "room_id"});
  return id;
}

void read_subscribe(Fields& fields, Command& command) {
  command.type = Command::Type::subscribe;
  const auto stream = fields.optional_text("stream");
  if (stream && *stream != "user") fields.fault(invalid("stream", "stream: must be \"user\", or left out for a room."));
  if (!stream) {
    command.room_id = room_id(fields);
  } else if (fields.optional_text("room_id")) {
    fields.fault(invalid("room_id", "room_id: can't stand beside stream."));
  }
  const auto after = fields.optional_number("after", 0, kMaxSeq);
  if (after) command.after = static_cast<std::uint64_t>(*after);
}

void read_send(Fields& fields, Command& command) {
  command.type = Command::Type::send;
  command.room_id = room_id(fields);
  command.key = fields.text("key");
  command.content = fields.text("content");
}

void read_by_type(const std::string& type, Fields& fields, Command& command) {
  if (type == "send") {
    read_send(fields, command);
  } else if (type == "subscribe") {
    read_subscribe(fields, command);
  } else if (type == "unsubscribe") {
    command.type = Command::Type::unsubscribe;
    command.room_id = room_id(fields);
  } else if (type == "typing") {
    command.type = Command::Type::typing;
    command.room_id = room_id(fields);
  } else if (type == "ping") {
    command.type = Command::Type::ping;
  } else if (type == "auth") {
    command.type = Command::Type::auth;
    command.token = fields.text("token");
  } else {
    fields.fault({Code::unknown_type, "type: must be subscribe, unsubscribe, send, typing, ping or auth.", "type"});
  }
}

}  // namespace

ParsedCommand parse_command(std::string_view text) {
  auto object = parse_json_object(text);
  if (!object) return {object.error(), {}};
  auto ref = readable_ref(*object);
  Fields fields(std::move(*object));
  Command command;
  const auto type = fields.text("type");
  // Typing has no answer, and so no ref.
  if (type != "typing") command.ref = fields.text("ref", kRef);
  read_by_type(type, fields, command);
  if (auto ok = fields.finish(); !ok) return {ok.error(), std::move(ref)};
  return {std::move(command), std::move(ref)};
}

std::string hello_json(std::string_view user_json, std::uint64_t user_head) {
  std::string json = R"({"type":"hello","user":)";
  json.append(user_json).append(",\"user_head\":").append(std::to_string(user_head)).append("}");
  return json;
}

std::string reply_json(std::string_view ref) {
  std::string json = R"({"type":"reply","ref":)";
  append_json_string(json, ref);
  return json += ",\"ok\":true}";
}

std::string reply_json(std::string_view ref, std::uint64_t head, bool reset) {
  auto json = reply_json(ref);
  json.pop_back();
  json.append(",\"head\":").append(std::to_string(head));
  return json.append(reset ? ",\"reset\":true}" : "}");
}

std::string sent_json(std::string_view ref, std::uint64_t seq, std::string_view timestamp) {
  auto json = reply_json(ref);
  json.pop_back();
  json.append(",\"seq\":").append(std::to_string(seq));
  return json.append(",\"timestamp\":\"").append(timestamp).append("\"}");
}

std::string error_json(std::string_view ref, const Error& error) {
  const auto& kind = kind_of(error.code);
  std::string json;
  JsonObjectWriter writer(json);
  writer.member("type", std::string_view("error"));
  if (!ref.empty()) writer.member("ref", ref);
  writer.member("code", kind.name).member("message", error.message.empty() ? kind.title : error.message);
  if (error.names_field()) writer.member("field", error.field);
  if (error.retry_after_s > 0) writer.member("retry_after", static_cast<std::uint64_t>(error.retry_after_s));
  writer.close();
  return json;
}

}  // namespace parley::websocket
