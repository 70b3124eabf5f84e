#include "services/room_invites.h"

#include <exception>

namespace parley {
namespace {

Error no_such_invite() {
  return refuse(Code::not_found, "There is no such invite.");
}

Error room_invite_invalid() {
  return refuse(Code::invite_invalid, "The invite has expired, is used up or was withdrawn.");
}

}  // namespace

RoomInvites::RoomInvites(Invites& invites, RoomHooks rooms) : invites_(invites), rooms_(std::move(rooms)) {}

Task<Result<RoomInvites::Preview>> RoomInvites::preview(std::string token) {
  const auto invite = co_await invites_.find(std::move(token));
  if (!invite || invite->kind == InviteKind::password_reset) co_return no_such_invite();
  Preview preview{invite->kind, is_open(*invite, invites_.now()), invite->expires_at};
  if (preview.valid && !invite->room_id.empty()) {
    preview.room = co_await rooms_.describe(invite->room_id);
    if (!preview.room && invite->kind == InviteKind::room) preview.valid = false;
  }
  co_return preview;
}

Task<Result<std::string>> RoomInvites::accept(Identity user, std::string token) {
  auto invite = co_await invites_.find(std::move(token));
  if (!invite || invite->kind == InviteKind::password_reset) co_return no_such_invite();
  if (invite->kind != InviteKind::room) co_return refuse(Code::conflict, "This invite is for registering.");
  const auto room_id = invite->room_id;
  const bool member = co_await rooms_.is_member(user.user_id, room_id);
  if (!member) {
    if (!is_open(*invite, invites_.now())) co_return room_invite_invalid();
    auto joined = co_await join(user, std::move(*invite));
    if (!joined) co_return joined.error();
  }
  co_return co_await rooms_.room_json(std::move(user), room_id);
}

Task<Result<void>> RoomInvites::join(Identity user, Invite invite) {
  const auto use = co_await invites_.take_use(invite.id, user.user_id);
  if (use == InviteRepository::Use::none_left) co_return room_invite_invalid();
  Result<void> joined;
  std::exception_ptr failure;
  try {
    joined = co_await rooms_.join(user, invite.room_id);
  } catch (...) {
    failure = std::current_exception();
  }
  // One of an earlier time stands for that time. Where the outcome is unknown, they may be a member.
  const bool came_in = joined ? !failure : joined.error().code == Code::outcome_unknown;
  if (use == InviteRepository::Use::taken && !came_in) co_await invites_.return_use(invite.id, user.user_id, failure);
  if (failure) std::rethrow_exception(failure);
  // Deleted, and its links not withdrawn yet.
  if (!joined && joined.error().code == Code::not_found) co_return room_invite_invalid();
  co_return joined;
}

}  // namespace parley
