#include "services/room_access.h"

#include "core/ids.h"

namespace parley {
namespace {

Error no_such_room() {
  return refuse(Code::not_found, "There is no such room, or not for you.");
}

}  // namespace

Result<const Member*> membership(const StreamState& room, const std::string& user_id) {
  if (!room.room_exists()) return no_such_room();
  if (const auto* member = room.member(user_id)) return member;
  if (room.room().visibility == Visibility::private_room) return no_such_room();
  return refuse(Code::forbidden, "Join the room first.");
}

Result<const Member*> membership(const StreamState& room, const std::string& user_id, Role least) {
  auto member = membership(room, user_id);
  if (member && (*member)->role < least) {
    return refuse(Code::forbidden,
                  least == Role::owner ? "Only the owner may do that." : "Only owner and admins may do that.");
  }
  return member;
}

Result<void> visible_to(const StreamState& room, const std::string& user_id) {
  const auto member = membership(room, user_id);
  if (!member && member.error().code == Code::not_found) return member.error();
  return {};
}

std::function<Result<void>(const StreamState&)> reader_check(std::string user_id) {
  return [user_id = std::move(user_id)](const StreamState& room) -> Result<void> {
    const auto member = membership(room, user_id);
    if (!member) return member.error();
    return {};
  };
}

Check writer_check(std::string user_id) {
  return [user_id = std::move(user_id)](const StreamState& room) -> Result<Verdict> {
    const auto member = membership(room, user_id);
    if (!member) return member.error();
    return Verdict::append;
  };
}

RoomView view_of(const StreamState& room, const std::string& user_id) {
  RoomView view{room.room(), std::nullopt, room.head().seq, room.head().messages};
  if (const auto* member = room.member(user_id)) view.role = member->role;
  return view;
}

Task<Result<StreamStatePtr>> RoomAccess::visible(std::string user_id, std::string room_id) {
  const auto room = co_await existing(std::move(room_id));
  if (!room) co_return no_such_room();
  const auto seen = visible_to(*room, user_id);
  if (!seen) co_return seen.error();
  co_return room;
}

Task<Result<StreamStatePtr>> RoomAccess::joined(std::string user_id, std::string room_id, Role least) {
  const auto room = co_await existing(std::move(room_id));
  if (!room) co_return no_such_room();
  const auto member = membership(*room, user_id, least);
  if (!member) co_return member.error();
  co_return room;
}

Task<StreamStatePtr> RoomAccess::existing(std::string room_id) {
  // What has not the form of an id is in no store.
  if (!is_id(room_id)) co_return nullptr;
  auto room = co_await states_.current(room_stream(room_id));
  if (!room->room_exists()) co_return nullptr;
  co_return room;
}

}  // namespace parley
