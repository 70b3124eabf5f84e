#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/entry.h"
#include "models/room.h"

namespace parley {

/// What a state entry changes in the rows of its room and its members: the same for every store. Applying it
/// twice changes nothing more, so that a store which projects after the entry may repeat it.
struct RoomProjection {
  struct Description {
    std::string name;
    std::string folded_name;
    std::string description;
    Visibility visibility = Visibility::public_room;
  };

  std::string room_id;
  std::uint64_t applied = 0;                  ///< the entry's seq: the rows are current up to it
  std::optional<Timestamp> created_at{};      ///< the room comes into being (with description, owner_id and put)
  std::optional<Description> description{};   ///< new values of these
  std::optional<std::string> owner_id{};      ///< the new owner; whoever else has the role owner becomes an admin
  std::optional<Member> put{};                ///< this member, with this role, whether there or not
  std::optional<std::string> removed_user{};  ///< this member goes
  /// The room is deleted. It counts no members any more, but their rows stay until StreamRepository::settle, so that
  /// all of them can be told.
  bool deleted = false;
};

/// Nothing where the entry is no state entry of a room. Where it is one whose body this release can't read, only
/// `applied` moves on.
std::optional<RoomProjection> projection_of(const Entry& entry);

}  // namespace parley
