#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/identity.h"

namespace parley {

/// What invites to rooms need of rooms. Bound by main; none may be empty.
struct RoomInvites {
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
  /// The room as JSON, as one member sees it.
  std::function<Task<Result<std::string>>(Identity user, std::string room_id)> room_json;
};

}  // namespace parley
