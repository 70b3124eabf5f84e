#pragma once

#include <chrono>
#include <string>

#include "services/room_context.h"

namespace parley {

/// The names of public rooms, unique after folding. A name is claimed first, then the entry is appended that uses it;
/// the claim's insert decides who has it. A claim that no room uses, left by a crash in between, is taken over once
/// it is older than any append can take; that of a deleted room at once, whoever is still cleaning up after it.
/// Io thread.
class RoomNames {
 public:
  static constexpr std::chrono::seconds kUnusedClaim{60};

  explicit RoomNames(RoomContext context) : context_(context) {}

  /// Claims the name for the room. name_taken.
  Task<Result<void>> claim(std::string name, std::string room_id);

  /// Gives the claim back unless the room uses the name. What fails is logged: the claim then counts as left over.
  Task<> release(std::string name, std::string room_id);

 private:
  Task<bool> is_used(std::string folded_name, std::string room_id);
  Task<bool> is_deleted(std::string room_id);

  RoomContext context_;
};

}  // namespace parley
