#pragma once

#include <string>

#include "core/error.h"
#include "models/identity.h"
#include "services/room_context.h"
#include "services/room_settler.h"

namespace parley {

/// How often a change is decided anew when others change the room meanwhile; room_busy() after that.
inline constexpr int kRoomTries = 20;

inline Error room_busy() {
  return {Code::busy, "The room changes too fast; try again shortly.", {}, 1};
}

/// A change of a room: an entry that is decided on the room's state.
struct RoomChange {
  std::string room_id;
  std::string kind;
  std::string user_id;  ///< who does it
  std::string username;
  std::string body = "{}";
  std::string key{};  ///< empty: one is made
  Check check{};
};

/// Commits changes of rooms, and sees to what follows from them. Io thread.
class RoomChanges {
 public:
  RoomChanges(RoomContext context, RoomSettler& settler) : context_(context), settler_(settler) {}

  /// The check's error, or the appender's.
  Task<Result<Appended>> commit(RoomChange change);

  RoomSettler& settler() { return settler_; }

 private:
  RoomContext context_;
  RoomSettler& settler_;
};

}  // namespace parley
