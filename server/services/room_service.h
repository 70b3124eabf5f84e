#pragma once

#include <optional>
#include <string>

#include "core/keyed_mutex.h"
#include "models/identity.h"
#include "services/room_access.h"
#include "services/room_changes.h"
#include "services/room_invites.h"
#include "services/room_names.h"

namespace parley {

/// Rooms: created, shown, changed, deleted. Every change is decided on the room's state at the seq where its entry
/// goes, so that it holds under races, on every instance. Io thread; throws what the store throws.
class RoomService {
 public:
  static constexpr std::size_t kMaxOwned = 500;  ///< rooms that one user may create; handed over ones may be more

  RoomService(RoomContext context, RoomAccess& access, RoomChanges& changes);

  struct NewRoom {
    std::string name;
    std::string description;
    Visibility visibility = Visibility::public_room;
  };
  /// validation_failed, name_taken, too_many_rooms.
  Task<Result<RoomView>> create(Identity user, NewRoom room);

  /// not_found.
  Task<Result<RoomView>> get(Identity user, std::string room_id);

  /// New values; what is empty stays.
  struct Update {
    std::optional<std::string> name{};
    std::optional<std::string> description{};
    std::optional<Visibility> visibility{};
  };
  /// By owner and admins. What is so already is not written again. validation_failed, name_taken, not_found,
  /// forbidden.
  Task<Result<RoomView>> update(Identity user, std::string room_id, Update update);

  /// By the owner. not_found, forbidden.
  Task<Result<void>> remove(Identity user, std::string room_id);

  /// By the operator, in the owner's name. not_found.
  Task<Result<void>> remove_as_operator(std::string room_id);

  // What invites need (RoomHooks).
  Task<std::optional<RoomHooks::Summary>> describe(std::string room_id);
  Task<bool> is_member(std::string user_id, std::string room_id);

 private:
  enum class Tried { done, stale };  ///< stale: the room has changed since it was looked at

  Task<Result<void>> check_may_create(std::string user_id);
  Task<Result<Appended>> commit_created(Identity user, Room room);
  Task<Result<Tried>> try_update(Identity user, std::string room_id, Update update);
  Task<Result<Tried>> commit_update(Identity user, Room before, Room after);
  Task<Result<void>> delete_room(Identity user, std::string room_id, Check may);

  RoomContext context_;
  RoomAccess& access_;
  RoomChanges& changes_;
  RoomNames names_;
  KeyedMutex renaming_;  ///< by room: two changes of one room's name must not release each other's claim
};

}  // namespace parley
