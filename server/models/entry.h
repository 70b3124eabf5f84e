#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace parley {

/// The kinds of entries this release writes. Stored and sent by name; a kind that is not here is delivered as
/// stored and changes no state (DESIGN "Versions side by side").
namespace kind {
inline constexpr std::string_view message = "message";
inline constexpr std::string_view room_created = "room_created";
inline constexpr std::string_view room_changed = "room_changed";
inline constexpr std::string_view member_added = "member_added";
inline constexpr std::string_view member_removed = "member_removed";
inline constexpr std::string_view member_role = "member_role";
inline constexpr std::string_view owner_changed = "owner_changed";
inline constexpr std::string_view room_deleted = "room_deleted";
inline constexpr std::string_view void_entry = "void";
inline constexpr std::string_view room_added = "room_added";
inline constexpr std::string_view room_removed = "room_removed";
inline constexpr std::string_view session_ended = "session_ended";
}  // namespace kind

/// A stream's name: a room's log or a user's.
std::string room_stream(std::string_view room_id);
std::string user_stream(std::string_view user_id);
bool is_room_stream(std::string_view stream);
/// The room's or user's id in a stream's name.
std::string_view stream_owner(std::string_view stream);

/// Where a stream ends, and the running values there. seq 0: nothing in it yet.
struct Head {
  std::uint64_t seq = 0;
  std::uint64_t messages = 0;    ///< messages so far
  std::uint64_t membership = 0;  ///< seq of the latest state-changing entry at or before seq
  Timestamp timestamp{};
};

/// One entry of a stream. The envelope is frozen; what its kind needs stands in `body`.
struct Entry {
  std::string stream;
  std::uint64_t seq = 0;
  std::string kind;
  std::string user_id;   ///< who caused it
  std::string username;  ///< usernames never change, so they stand in entries
  Timestamp timestamp{};
  std::string key;  ///< unique for (stream, user_id); the server's own start with ~
  std::optional<std::uint64_t> target{};
  std::uint64_t messages = 0;    ///< running value, this entry included
  std::uint64_t membership = 0;  ///< running value, this entry included
  std::string body = "{}";       ///< text of a JSON object, sent to clients as it is
};

Head head_of(const Entry& entry);

/// Whether entries of this kind change who may do what in a room (and so count in `membership`).
bool changes_state(std::string_view kind);

/// Fills in what follows from the predecessor: stream, seq, running values, and a timestamp that is never
/// smaller than the predecessor's.
void continue_from(const Head& predecessor, Timestamp now, Entry& entry);

/// The entry as clients see it, a JSON object: type, room_id (or stream:"user"), the envelope, the body.
std::string event_json(const Entry& entry);

}  // namespace parley
