#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/room.h"
#include "repositories/page.h"

namespace parley {

/// A room and its members as a projection of the room's stream, current up to the state entry `applied`.
struct RoomSnapshot {
  Room room;
  std::vector<Member> members;
  std::uint64_t applied = 0;
};

/// A room in a list, as one user sees it.
struct RoomListing {
  Room room;
  std::optional<Role> role;  ///< the asking user's, none where they are not a member
};

/// Rooms, members and the claims on public names. The first two are projections which
/// StreamRepository::append keeps; here they are read. Blocking, any thread, throws StoreUnavailable.
class RoomRepository {
 public:
  virtual ~RoomRepository() = default;

  /// The projection of one room (a deleted one included), or nothing.
  virtual std::optional<RoomSnapshot> load(std::string_view room_id) = 0;

  /// Rooms `user_id` is a member of, by room id, `limit` at most, those after `cursor` (an id, or empty).
  virtual Page<RoomListing> rooms_of(std::string_view user_id, std::string_view cursor, std::size_t limit) = 0;

  /// All ids of rooms that `user_id` is a member of.
  virtual std::vector<std::string> room_ids_of(std::string_view user_id) = 0;

  /// Public rooms, not deleted, by folded name; with `folded_query`, those whose folded name contains it.
  virtual Page<RoomListing> public_rooms(std::string_view user_id, std::string_view folded_query,
                                         std::string_view cursor, std::size_t limit) = 0;

  /// All rooms, not deleted, for the operator.
  virtual Page<RoomListing> all_rooms(std::string_view cursor, std::size_t limit) = 0;

  /// Members by user id.
  virtual Page<Member> members(std::string_view room_id, std::string_view cursor, std::size_t limit) = 0;

  /// Claims a public name (already folded) for a room: only this insert decides who has it. Gives the room
  /// which holds the claim afterwards: `room_id` itself, or the one that has it.
  virtual std::string claim_name(std::string_view folded_name, std::string_view room_id) = 0;

  /// Gives a claim back if `room_id` holds it.
  virtual void release_name(std::string_view folded_name, std::string_view room_id) = 0;
};

}  // namespace parley
