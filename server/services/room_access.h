#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "core/task.h"
#include "streams/proposal.h"
#include "streams/stream_states.h"

/// The one gate to rooms: a room is obtained only for a user. What they may not know of is not_found, exactly as if
/// it did not exist; what they may know of and not do is forbidden.
namespace parley {

/// The user's membership. not_found: no such room, or a private one they are not in; forbidden: a public one they are
/// not in. The pointer is valid as long as the state does not change.
Result<const Member*> membership(const StreamState& room, const std::string& user_id);

/// The same for an act that needs at least that power; forbidden for a member of less.
Result<const Member*> membership(const StreamState& room, const std::string& user_id, Role least);

/// Whether they may know of the room at all: its name, description and size.
Result<void> visible_to(const StreamState& room, const std::string& user_id);

/// Only members read a room's entries and see who is there.
std::function<Result<void>(const StreamState&)> reader_check(std::string user_id);

/// Only members write.
Check writer_check(std::string user_id);

/// The room as they see it.
RoomView view_of(const StreamState& room, const std::string& user_id);

/// The states of rooms for who reads, each obtained for a user. Io thread; throws what the store throws.
class RoomAccess {
 public:
  explicit RoomAccess(StreamStates& states) : states_(states) {}

  /// A room that the user may know of. not_found.
  Task<Result<StreamStatePtr>> visible(std::string user_id, std::string room_id);
  /// A room in which they are, with at least that power. not_found, forbidden.
  Task<Result<StreamStatePtr>> joined(std::string user_id, std::string room_id, Role least = Role::member);
  /// For nobody in particular (the operator; what an invite shows): null unless the room exists.
  Task<StreamStatePtr> existing(std::string room_id);

 private:
  StreamStates& states_;
};

}  // namespace parley
