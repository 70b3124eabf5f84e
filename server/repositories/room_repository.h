#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/room.h"

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

/// Where a room stands in a list.
struct RoomPlace {
  std::string folded_name;
  std::string id;  ///< empty: before all rooms
};

struct RoomPage {
  std::vector<RoomListing> items;
  std::optional<RoomPlace> next{};  ///< the last item's, where there are more
};

/// Which room has a public name, and since when.
struct NameClaim {
  std::string room_id;
  Timestamp claimed_at{};
};

/// Rooms, members and the claims on public names. The first two are projections which
/// StreamRepository::append keeps; here they are read. Blocking, any thread, throws StoreUnavailable.
class RoomRepository {
 public:
  virtual ~RoomRepository() = default;

  /// The projection of one room, or nothing. Of a deleted one with its last members, until its deletion is settled.
  virtual std::optional<RoomSnapshot> load(std::string_view room_id) = 0;

  // Lists of rooms are by folded name, then id. `after` is the last one of the page before, or empty.

  /// Rooms `user_id` is a member of; with `folded_query`, those whose folded name contains it.
  virtual RoomPage rooms_of(std::string_view user_id, std::string_view folded_query, const RoomPlace& after,
                            std::size_t limit) = 0;

  /// All ids of rooms that `user_id` is a member of.
  virtual std::vector<std::string> room_ids_of(std::string_view user_id) = 0;

  /// Public rooms, not deleted; with `folded_query`, those whose folded name contains it.
  virtual RoomPage public_rooms(std::string_view user_id, std::string_view folded_query, const RoomPlace& after,
                                std::size_t limit) = 0;

  /// All rooms, not deleted, for the operator.
  virtual RoomPage all_rooms(const RoomPlace& after, std::size_t limit) = 0;

  /// How many rooms the user owns.
  virtual std::size_t owned_count(std::string_view user_id) = 0;

  /// Claims a public name (already folded) for a room: only this insert decides who has it. Gives the claim that
  /// stands afterwards: the room's own, or another's. Throws OutcomeUnknown, too.
  virtual NameClaim claim_name(std::string_view folded_name, std::string_view room_id, Timestamp now) = 0;

  /// Gives a claim back if `room_id` holds it.
  virtual void release_name(std::string_view folded_name, std::string_view room_id) = 0;

  /// Deleted rooms whose content has not all been purged, at most `limit`.
  virtual std::vector<std::string> unpurged(std::size_t limit) = 0;

  /// Notes that a deleted room's content is gone, and blanks its name and description.
  virtual void mark_purged(std::string_view room_id) = 0;
};

}  // namespace parley
