#include "services/rooms.h"

#include "models/state_change.h"

namespace parley {
namespace {

Task<Result<std::string>> json_for(RoomService& rooms, Identity user, std::string room_id) {
  const auto view = co_await rooms.get(std::move(user), std::move(room_id));
  if (!view) co_return view.error();
  co_return room_json(*view);
}

}  // namespace

Rooms::Rooms(RoomContext context, Invites& invites, std::chrono::seconds purge_delay)
    : access(context.states),
      purge(context, purge_delay),
      settler(context, purge, invites),
      changes(context, settler),
      rooms(context, access, changes),
      members(context, access, changes),
      lists(context),
      links(access, invites) {}

RoomHooks Rooms::hooks() {
  return {.describe = [this](std::string room_id) { return rooms.describe(std::move(room_id)); },
          .is_member = [this](std::string user_id,
                              std::string room_id) { return rooms.is_member(std::move(user_id), std::move(room_id)); },
          .join = [this](Identity user,
                         std::string room_id) { return members.join_by_invite(std::move(user), std::move(room_id)); },
          .room_json = [this](Identity user,
                              std::string room_id) { return json_for(rooms, std::move(user), std::move(room_id)); }};
}

}  // namespace parley
