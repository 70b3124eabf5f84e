#include "services/room_access.h"

namespace parley {
namespace {

Error no_such_room() { return refuse(Code::not_found, "There is no such room, or not for you."); }

}  // namespace

Result<const Member*> membership(const StreamState& room, const std::string& user_id) {
  if (!room.room_exists()) return no_such_room();
  if (const auto* member = room.member(user_id)) return member;
  if (room.room().visibility == Visibility::private_room) return no_such_room();
  return refuse(Code::forbidden, "Join the room first.");
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

}  // namespace parley
