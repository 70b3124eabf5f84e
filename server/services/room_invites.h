#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/account.h"
#include "models/identity.h"
#include "services/invites.h"

namespace parley {

/// What invites need of rooms. Bound by main; none may be empty.
struct RoomHooks {
  struct Summary {
    std::string id;
    std::string name;
    std::string description;
    std::uint64_t member_count = 0;
  };

  /// Nothing for a room that is no more.
  std::function<Task<std::optional<Summary>>(std::string room_id)> describe;
  std::function<Task<bool>(std::string user_id, std::string room_id)> is_member;
  /// Makes the user a member. An error where the room is full or no more.
  std::function<Task<Result<void>>(Identity user, std::string room_id)> join;
  /// The room as JSON, as this member sees it.
  std::function<Task<Result<std::string>>(Identity user, std::string room_id)> room_json;
};

/// Links to the server and to rooms, from the side of whoever got one. Io thread.
class RoomInvites {
 public:
  RoomInvites(Invites& invites, RoomHooks rooms);

  struct Preview {
    InviteKind kind = InviteKind::server;
    bool valid = false;
    std::optional<Timestamp> expires_at{};
    std::optional<RoomHooks::Summary> room{};  ///< of a valid one that leads to a room
  };

  /// not_found for an unknown token.
  Task<Result<Preview>> preview(std::string token);

  /// Makes the user a member and gives the room's JSON. Who is one already takes no use. not_found for an unknown
  /// token, conflict for one that does not lead to a room, invite_invalid for one that is used up or has expired.
  Task<Result<std::string>> accept(Identity user, std::string token);

 private:
  Task<Result<void>> join(Identity user, Invite invite);

  Invites& invites_;
  const RoomHooks rooms_;
};

}  // namespace parley
