#pragma once

#include <optional>
#include <string>

#include "models/entry.h"
#include "models/room.h"

namespace parley {

/// What a state-changing entry's body says. Fields that its kind does not have are empty.
struct StateChange {
  std::string name;
  std::string description;
  Visibility visibility = Visibility::public_room;
  Member member;  ///< whom it is about: who was added, removed, given a role, or made the owner
};

/// Nothing where the entry's kind changes no state, or its body lacks what the kind needs (an entry of a later
/// release: it then changes no state here).
std::optional<StateChange> state_change(const Entry& entry);

/// Bodies, as clients see them.
std::string room_body(const Room& room);              ///< room_created, room_changed
std::string member_body(const Member& member);        ///< member_added, member_removed, member_role, owner_changed
std::string message_body(std::string_view content);   ///< message
std::string room_ref_body(std::string_view room_id);  ///< room_removed, in a user's stream
std::string room_added_body(const RoomView& room);    ///< room_added, in a user's stream
/// A room as REST and room_added show it.
std::string room_json(const RoomView& view);
/// A session or personal access token that ended, and whether it did because an administrator disabled the account.
struct EndedSession {
  std::string session_id;
  bool account_disabled = false;
};
std::string session_body(const EndedSession& ended);  ///< session_ended, in a user's stream

/// What a session_ended entry says; none for any other entry.
std::optional<EndedSession> ended_session(const Entry& entry);

}  // namespace parley
