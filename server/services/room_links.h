#pragma once

#include <string>

#include "models/identity.h"
#include "services/invites.h"
#include "services/room_access.h"

namespace parley {

/// Invite links to a room, from the side of who manages them: its owner and admins. Everything refuses others
/// (not_found, forbidden). Io thread; throws what the store throws.
class RoomLinks {
 public:
  RoomLinks(RoomAccess& access, Invites& invites) : access_(access), invites_(invites) {}

  /// Of the terms, lifetime and number of uses count. too_many_invites.
  Task<Result<NewInvite>> create(Identity user, std::string room_id, Invites::Terms terms);
  /// Newest first, those that can still be used.
  Task<Result<Page<Invite>>> open(Identity user, std::string room_id, std::string cursor, std::size_t limit);
  /// Repeating it is fine. not_found.
  Task<Result<void>> withdraw(Identity user, std::string room_id, std::string invite_id);

 private:
  RoomAccess& access_;
  Invites& invites_;
};

}  // namespace parley
