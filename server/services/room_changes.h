#pragma once

#include <functional>
#include <memory>
#include <string>

#include "models/identity.h"
#include "services/room_context.h"
#include "services/user_notices.h"

namespace parley {

/// A change of a room: an entry that is decided on the room's state, and what follows from it.
struct RoomChange {
  std::string room_id;
  std::string kind;
  std::string user_id;  ///< who does it
  std::string username;
  std::string body = "{}";
  std::string key{};  ///< empty: one is made
  Check check{};
  /// Called once when the entry is known to be committed; also later, where that was not known at first.
  std::function<void(const Entry&)> then{};
};

/// Commits changes of rooms, and tells the users whom they concern. Io thread.
class RoomChanges {
 public:
  RoomChanges(RoomContext context, UserNotices& notices);

  /// The check's error, or the appender's.
  Task<Result<Appended>> commit(RoomChange change);

  UserNotices& notices() { return notices_; }

 private:
  /// After `outcome_unknown`: looks whether it was committed after all, until the store can tell and the appender
  /// has let go of it.
  Task<> settle(std::shared_ptr<const RoomChange> change);
  Task<bool> look(std::shared_ptr<const RoomChange> change);

  RoomContext context_;
  UserNotices& notices_;
};

}  // namespace parley
