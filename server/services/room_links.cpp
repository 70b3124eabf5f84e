#include "services/room_links.h"

namespace parley {

Task<Result<NewInvite>> RoomLinks::create(Identity user, std::string room_id, Invites::Terms terms) {
  const auto room = co_await access_.joined(user.user_id, room_id, Role::admin);
  if (!room) co_return room.error();
  terms.kind = InviteKind::room;
  terms.room_id = std::move(room_id);
  terms.created_by = user.user_id;
  co_return co_await invites_.create(std::move(terms));
}

Task<Result<Page<Invite>>> RoomLinks::open(Identity user, std::string room_id, std::string cursor, std::size_t limit) {
  const auto room = co_await access_.joined(user.user_id, room_id, Role::admin);
  if (!room) co_return room.error();
  co_return co_await invites_.open(InviteKind::room, std::move(room_id), std::move(cursor), limit);
}

Task<Result<void>> RoomLinks::withdraw(Identity user, std::string room_id, std::string invite_id) {
  const auto room = co_await access_.joined(user.user_id, room_id, Role::admin);
  if (!room) co_return room.error();
  co_return co_await invites_.withdraw(InviteKind::room, std::move(room_id), std::move(invite_id));
}

}  // namespace parley
