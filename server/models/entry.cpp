#include "models/entry.h"

#include <algorithm>
#include <array>

#include "core/json_text.h"

namespace parley {

std::string room_stream(std::string_view room_id) {
  return std::string("r/").append(room_id);
}
std::string user_stream(std::string_view user_id) {
  return std::string("u/").append(user_id);
}
bool is_room_stream(std::string_view stream) {
  return stream.starts_with("r/");
}
std::string_view stream_owner(std::string_view stream) {
  return stream.substr(2);
}

Head head_of(const Entry& entry) {
  return {entry.seq, entry.messages, entry.membership, entry.timestamp};
}

bool changes_state(std::string_view kind) {
  static constexpr std::array kStateKinds{kind::room_created,   kind::room_changed, kind::member_added,
                                          kind::member_removed, kind::member_role,  kind::owner_changed,
                                          kind::room_deleted};
  return std::find(kStateKinds.begin(), kStateKinds.end(), kind) != kStateKinds.end();
}

void continue_from(const Head& predecessor, Timestamp now, Entry& entry) {
  entry.seq = predecessor.seq + 1;
  entry.timestamp = std::max(now, predecessor.timestamp);
  entry.messages = predecessor.messages + (entry.kind == kind::message ? 1 : 0);
  entry.membership = changes_state(entry.kind) ? entry.seq : predecessor.membership;
}

std::string event_json(const Entry& entry) {
  std::string json;
  json.reserve(entry.body.size() + 260);
  JsonObjectWriter writer(json);
  writer.member("type", entry.kind);
  if (is_room_stream(entry.stream)) {
    writer.member("room_id", stream_owner(entry.stream));
  } else {
    writer.member("stream", std::string_view("user"));
  }
  writer.member("seq", entry.seq)
      .member("user_id", entry.user_id)
      .member("username", entry.username)
      .member("key", entry.key)
      .member("timestamp", to_rfc3339(entry.timestamp))
      .member("messages", entry.messages);
  if (entry.target) writer.member("target", *entry.target);
  writer.members_of(entry.body).close();
  return json;
}

}  // namespace parley
