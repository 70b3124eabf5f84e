#include "services/room_service.h"

#include <memory>

#include "core/ids.h"
#include "core/log.h"
#include "core/text.h"
#include "models/state_change.h"
#include "services/text_rules.h"

namespace parley {
namespace {

Error too_many_rooms() {
  return refuse(Code::too_many_rooms, "You own as many rooms as one may.");
}

bool same_description(const Room& a, const Room& b) {
  return a.name == b.name && a.description == b.description && a.visibility == b.visibility;
}

/// The folded name under which the room is public; empty where it is not.
std::string public_name(const Room& room) {
  return room.visibility == Visibility::public_room ? fold_name(room.name) : std::string();
}

/// Whether what failed may yet be found committed.
bool may_be_committed(const Result<Appended>& result) {
  return !result && result.error().code == Code::outcome_unknown;
}

Result<RoomService::Update> cleaned(RoomService::Update update) {
  if (update.name) {
    auto name = clean_room_name("name", *update.name);
    if (!name) return name.error();
    update.name = std::move(*name);
  }
  if (update.description) {
    auto description = clean_description("description", *update.description);
    if (!description) return description.error();
    update.description = std::move(*description);
  }
  return update;
}

Room updated(Room room, const RoomService::Update& update) {
  if (update.name) room.name = *update.name;
  if (update.description) room.description = *update.description;
  if (update.visibility) room.visibility = *update.visibility;
  return room;
}

}  // namespace

RoomService::RoomService(RoomContext context, RoomAccess& access, RoomChanges& changes)
    : context_(context), access_(access), changes_(changes), names_(context) {}

Task<Result<RoomView>> RoomService::create(Identity user, NewRoom wanted) {
  auto fields = cleaned({wanted.name, wanted.description, wanted.visibility});
  if (!fields) co_return fields.error();
  auto room = updated({}, *fields);
  room.id = new_id();
  room.owner_id = user.user_id;
  room.member_count = 1;
  auto ready = co_await check_may_create(user.user_id);
  const bool claims = room.visibility == Visibility::public_room;
  if (ready && claims) ready = co_await names_.claim(room.name, room.id);
  if (!ready) co_return ready.error();
  const auto result = co_await commit_created(user, room);
  if (!result) {
    if (claims && !may_be_committed(result)) co_await names_.release(room.name, room.id);
    co_return result.error();
  }
  log::info("room created", {{"room", room.id}, {"user", user.user_id}});
  room.created_at = result->entry.timestamp;
  co_return RoomView{std::move(room), Role::owner, result->entry.seq, result->entry.messages};
}

Task<Result<void>> RoomService::check_may_create(std::string user_id) {
  auto count = [&] { return context_.rooms.owned_count(user_id); };
  const auto owned = co_await context_.store_pool.run(std::move(count));
  if (owned >= kMaxOwned) co_return too_many_rooms();
  co_return Result<void>();
}

Task<Result<Appended>> RoomService::commit_created(Identity user, Room room) {
  RoomChange change{.room_id = room.id,
                    .kind = std::string(kind::room_created),
                    .user_id = user.user_id,
                    .username = user.username,
                    .body = room_body(room)};
  change.check = [](const StreamState& state) -> Result<Verdict> {
    if (state.head().seq > 0) return refuse(Code::conflict, "The room exists already.");
    return Verdict::append;
  };
  co_return co_await changes_.commit(std::move(change));
}

Task<Result<RoomView>> RoomService::get(Identity user, std::string room_id) {
  const auto room = co_await access_.visible(user.user_id, std::move(room_id));
  if (!room) co_return room.error();
  co_return view_of(**room, user.user_id);
}

Task<Result<RoomView>> RoomService::update(Identity user, std::string room_id, Update update) {
  // Who may not know of the room learns nothing by the fields either.
  const auto room = co_await access_.joined(user.user_id, room_id, Role::admin);
  if (!room) co_return room.error();
  const auto fields = cleaned(std::move(update));
  if (!fields) co_return fields.error();
  const auto lock = co_await renaming_.lock(room_id);
  Result<Tried> tried = Tried::stale;
  for (int i = 0; i < kRoomTries && tried && *tried == Tried::stale; ++i) {
    tried = co_await try_update(user, room_id, *fields);
  }
  if (!tried) co_return tried.error();
  if (*tried == Tried::stale) co_return room_busy();
  co_return co_await get(std::move(user), std::move(room_id));
}

Task<Result<RoomService::Tried>> RoomService::try_update(Identity user, std::string room_id, Update update) {
  const auto state = co_await access_.joined(user.user_id, std::move(room_id), Role::admin);
  if (!state) co_return state.error();
  const auto before = (*state)->room();
  auto after = updated(before, update);
  if (same_description(before, after)) co_return Tried::done;
  const auto left = public_name(before);
  const auto taken = public_name(after);
  if (!taken.empty() && taken != left) {
    const auto claimed = co_await names_.claim(after.name, after.id);
    if (!claimed) co_return claimed.error();
  }
  co_return co_await commit_update(std::move(user), before, std::move(after));
}

Task<Result<RoomService::Tried>> RoomService::commit_update(Identity user, Room before, Room after) {
  const auto stale = std::make_shared<bool>(false);
  RoomChange change{.room_id = after.id,
                    .kind = std::string(kind::room_changed),
                    .user_id = user.user_id,
                    .username = user.username,
                    .body = room_body(after)};
  change.check = [user_id = user.user_id, before, stale](const StreamState& state) -> Result<Verdict> {
    const auto member = membership(state, user_id, Role::admin);
    if (!member) return member.error();
    // The entry says all three as they will be: none of somebody else's changes may be undone by it.
    *stale = !same_description(state.room(), before);
    if (*stale) return Verdict::nothing;
    return Verdict::append;
  };
  const auto result = co_await changes_.commit(std::move(change));
  if (!may_be_committed(result) && public_name(before) != public_name(after)) {
    // Whichever of the two the room does not use now. Release looks.
    co_await names_.release(before.name, before.id);
    co_await names_.release(after.name, after.id);
  }
  if (!result) co_return result.error();
  co_return *stale ? Tried::stale : Tried::done;
}

Task<Result<void>> RoomService::remove(Identity user, std::string room_id) {
  const auto room = co_await access_.joined(user.user_id, room_id, Role::owner);
  if (!room) co_return room.error();
  Check may = [user_id = user.user_id](const StreamState& state) -> Result<Verdict> {
    const auto owner = membership(state, user_id, Role::owner);
    if (!owner) return owner.error();
    return Verdict::append;
  };
  co_return co_await delete_room(std::move(user), std::move(room_id), std::move(may));
}

Task<Result<void>> RoomService::remove_as_operator(std::string room_id) {
  const auto room = co_await access_.existing(room_id);
  if (!room) co_return refuse(Code::not_found, "There is no such room.");
  Identity owner;
  owner.user_id = room->room().owner_id;
  if (const auto* member = room->member(owner.user_id)) owner.username = member->username;
  Check may = [](const StreamState& state) -> Result<Verdict> {
    if (!state.room_exists()) return refuse(Code::not_found, "There is no such room.");
    return Verdict::append;
  };
  co_return co_await delete_room(std::move(owner), std::move(room_id), std::move(may));
}

Task<Result<void>> RoomService::delete_room(Identity user, std::string room_id, Check may) {
  RoomChange change{
      .room_id = room_id, .kind = std::string(kind::room_deleted), .user_id = user.user_id, .username = user.username};
  change.check = std::move(may);
  const auto result = co_await changes_.commit(std::move(change));
  if (!result) co_return result.error();
  co_await changes_.settler().give_back(room_id);
  log::info("room deleted", {{"room", room_id}, {"user", user.user_id}});
  co_return Result<void>();
}

Task<std::optional<RoomHooks::Summary>> RoomService::describe(std::string room_id) {
  const auto state = co_await access_.existing(std::move(room_id));
  if (!state) co_return std::nullopt;
  const auto& room = state->room();
  co_return RoomHooks::Summary{room.id, room.name, room.description, room.member_count};
}

Task<bool> RoomService::is_member(std::string user_id, std::string room_id) {
  const auto state = co_await access_.existing(std::move(room_id));
  co_return state && state->member(user_id) != nullptr;
}

}  // namespace parley
