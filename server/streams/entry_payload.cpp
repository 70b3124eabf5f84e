#include "streams/entry_payload.h"

#include <boost/json.hpp>

#include "core/json_text.h"

namespace parley {
namespace {

namespace json = boost::json;

Entry read(std::string_view stream, const json::object& object) {
  const auto text = [&](std::string_view name) { return std::string(object.at(name).as_string()); };
  const auto number = [&](std::string_view name) { return object.at(name).to_number<std::uint64_t>(); };
  Entry entry;
  entry.stream = stream;
  entry.seq = number("seq");
  entry.kind = text("kind");
  entry.user_id = text("user_id");
  entry.username = text("username");
  entry.timestamp = from_millis(object.at("timestamp").to_number<std::int64_t>());
  entry.key = text("key");
  if (object.contains("target")) entry.target = number("target");
  entry.messages = number("messages");
  entry.membership = number("membership");
  entry.body = text("body");
  return entry;
}

}  // namespace

std::string entry_payload(const Entry& entry) {
  std::string text;
  text.reserve(entry.body.size() * 5 / 4 + 300);
  JsonObjectWriter writer(text);
  writer.member("seq", entry.seq)
      .member("kind", entry.kind)
      .member("user_id", entry.user_id)
      .member("username", entry.username)
      .member("timestamp", static_cast<std::uint64_t>(to_millis(entry.timestamp)))
      .member("key", entry.key);
  if (entry.target) writer.member("target", *entry.target);
  writer.member("messages", entry.messages).member("membership", entry.membership).member("body", entry.body);
  writer.close();
  return text;
}

Result<Entry> parse_entry_payload(std::string_view stream, std::string_view payload) {
  try {
    return read(stream, json::parse(payload).as_object());
  } catch (const std::exception& e) {
    return refuse(Code::malformed_json, e.what());
  }
}

}  // namespace parley
