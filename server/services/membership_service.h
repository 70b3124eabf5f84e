#pragma once

#include <string>
#include <vector>

#include "models/identity.h"
#include "repositories/page.h"
#include "services/room_access.h"
#include "services/room_changes.h"

namespace parley {

/// A member as lists show them.
struct MemberView {
  Member member;
  std::string display_name;
};

/// Who is in a room and may do what there. Repeating an act is fine: nothing is written, and the answer is the same.
/// Io thread; throws what the store throws.
class MembershipService {
 public:
  static constexpr std::size_t kMaxMembers = 10000;  ///< of a room

  MembershipService(RoomContext context, RoomAccess& access, RoomChanges& changes);

  /// By username, members only. not_found, forbidden, validation_failed (cursor).
  Task<Result<Page<MemberView>>> list(Identity user, std::string room_id, std::string cursor, std::size_t limit);

  /// A public room. not_found, too_many_members.
  Task<Result<RoomView>> join(Identity user, std::string room_id);
  /// Any room, for who holds an invite. not_found, too_many_members.
  Task<Result<void>> join_by_invite(Identity user, std::string room_id);
  /// not_found, owner_must_hand_over.
  Task<Result<void>> leave(Identity user, std::string room_id);

  /// By owner and admins; only the owner adds an admin. Who is a member already stays what they are. not_found (the
  /// user too), forbidden, too_many_members.
  Task<Result<MemberView>> add(Identity user, std::string room_id, std::string target_id, Role role);
  /// The owner removes anybody else, admins remove members, everybody themselves. not_found, forbidden,
  /// owner_must_hand_over.
  Task<Result<void>> remove(Identity user, std::string room_id, std::string target_id);
  /// By the owner; the role owner hands the room over. not_found (somebody who is no member too), forbidden, conflict.
  Task<Result<MemberView>> set_role(Identity user, std::string room_id, std::string target_id, Role role);

 private:
  enum class Tried { done, stale };  ///< stale: the room has changed since it was looked at
  struct Act {
    Identity user;
    std::string room_id;
    std::string_view kind;
    Member member;  ///< whom it is about, as the entry says
    Check check;
    std::string key{};  ///< empty: any
  };

  Task<Result<void>> enter(Identity user, std::string room_id, Check may);
  Task<Result<Tried>> try_leave(Identity user, std::string room_id);
  Task<Result<Tried>> try_remove(Identity user, std::string room_id, std::string target_id);
  Task<Result<Tried>> commit(Act act);
  Task<bool> has_left(Identity user, std::string room_id);
  Task<Result<MemberView>> view(Identity user, std::string room_id, std::string target_id);

  RoomContext context_;
  RoomAccess& access_;
  RoomChanges& changes_;
};

}  // namespace parley
