#include "services/membership_service.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "core/ids.h"
#include "models/account.h"
#include "models/state_change.h"
#include "services/text_rules.h"

namespace parley {
namespace {

/// Under which a user leaves a room for the first time: who is not in a private room (any more) is told apart from
/// who never was by looking for it.
constexpr const char* kFirstLeave = "~left";

Error full() {
  return refuse(Code::too_many_members, "The room is full.");
}
Error no_such_member() {
  return refuse(Code::not_found, "There is no such member.");
}
Error must_hand_over() {
  return refuse(Code::owner_must_hand_over, "You own the room: hand it over, or delete it.");
}

Member self(const Identity& user, Role role = Role::member) {
  return {user.user_id, user.username, role};
}

/// For who comes in, once it is known that they may.
Result<Verdict> enter_verdict(const StreamState& room, const std::string& user_id) {
  if (room.member(user_id)) return Verdict::nothing;
  if (room.members().size() >= MembershipService::kMaxMembers) return full();
  return Verdict::append;
}

/// Whether `by` may remove `target`, another member.
Result<void> may_remove(const Member& by, const Member& target) {
  if (by.role > target.role) return {};
  if (target.role == Role::owner) return refuse(Code::forbidden, "The owner can't be removed.");
  return refuse(Code::forbidden, "Only the owner removes an admin.");
}

std::vector<Member> members_after(const StreamState& room, const std::string& cursor, std::size_t count) {
  std::vector<std::pair<std::string, const Member*>> by_name;
  const auto after = fold_username(cursor);
  for (const auto& [user_id, member] : room.members()) {
    auto name = fold_username(member.username);
    if (name > after) by_name.emplace_back(std::move(name), &member);
  }
  count = std::min(count, by_name.size());
  std::partial_sort(by_name.begin(), by_name.begin() + static_cast<std::ptrdiff_t>(count), by_name.end());
  std::vector<Member> members;
  members.reserve(count);
  for (std::size_t i = 0; i < count; ++i) members.push_back(*by_name[i].second);
  return members;
}

}  // namespace

MembershipService::MembershipService(RoomContext context, RoomAccess& access, RoomChanges& changes)
    : context_(context), access_(access), changes_(changes) {}

Task<Result<Page<MemberView>>> MembershipService::list(Identity user, std::string room_id, std::string cursor,
                                                       std::size_t limit) {
  const auto room = co_await access_.joined(user.user_id, std::move(room_id));
  if (!room) co_return room.error();
  if (!cursor.empty() && !check_username("cursor", cursor)) {
    co_return foreign_cursor();
  }
  auto members = members_after(**room, cursor, limit + 1);
  Page<MemberView> page;
  if (members.size() > limit) {
    members.pop_back();
    page.next_cursor = members.back().username;
  }
  std::vector<std::string> ids;
  ids.reserve(members.size());
  for (const auto& member : members) ids.push_back(member.user_id);
  auto find = [&] { return context_.users.find_all(ids); };
  const auto users = co_await context_.store_pool.run(std::move(find));
  std::unordered_map<std::string, std::string> names;
  for (const auto& found : users) names.emplace(found.id, found.display_name);
  for (auto& member : members) {
    const auto name = names.find(member.user_id);
    page.items.push_back({member, name == names.end() ? member.username : name->second});
  }
  co_return page;
}

Task<Result<RoomView>> MembershipService::join(Identity user, std::string room_id) {
  const auto seen = co_await access_.visible(user.user_id, room_id);
  if (!seen) co_return seen.error();
  Check may = [user_id = user.user_id](const StreamState& state) -> Result<Verdict> {
    const auto visible = visible_to(state, user_id);
    if (!visible) return visible.error();
    return enter_verdict(state, user_id);
  };
  const auto entered = co_await enter(user, room_id, std::move(may));
  if (!entered) co_return entered.error();
  const auto room = co_await access_.visible(user.user_id, std::move(room_id));
  if (!room) co_return room.error();
  co_return view_of(**room, user.user_id);
}

Task<Result<void>> MembershipService::join_by_invite(Identity user, std::string room_id) {
  const auto room = co_await access_.existing(room_id);
  if (!room) co_return refuse(Code::not_found, "There is no such room.");
  Check may = [user_id = user.user_id](const StreamState& state) -> Result<Verdict> {
    if (!state.room_exists()) return refuse(Code::not_found, "There is no such room.");
    return enter_verdict(state, user_id);
  };
  co_return co_await enter(std::move(user), std::move(room_id), std::move(may));
}

Task<Result<void>> MembershipService::enter(Identity user, std::string room_id, Check may) {
  const auto member = self(user);
  Act act{std::move(user), std::move(room_id), kind::member_added, member, std::move(may)};
  const auto tried = co_await commit(std::move(act));
  if (!tried) co_return tried.error();
  co_return Result<void>();
}

Task<Result<void>> MembershipService::leave(Identity user, std::string room_id) {
  for (int i = 0; i < kRoomTries; ++i) {
    const auto tried = co_await try_leave(user, room_id);
    if (!tried) co_return tried.error();
    if (*tried == Tried::done) co_return Result<void>();
  }
  co_return room_busy();
}

Task<Result<MembershipService::Tried>> MembershipService::try_leave(Identity user, std::string room_id) {
  const auto room = co_await access_.visible(user.user_id, room_id);
  const auto existing = co_await access_.existing(room_id);
  if (!existing) co_return room ? Result<Tried>(Tried::done) : Result<Tried>(room.error());
  const bool left = co_await has_left(user, room_id);
  if (!room && !left) co_return room.error();
  const auto* member = room ? (*room)->member(user.user_id) : nullptr;
  if (!member) co_return Tried::done;
  if (member->role == Role::owner) co_return must_hand_over();
  Check may = [user_id = user.user_id](const StreamState& state) -> Result<Verdict> {
    const auto* present = state.member(user_id);
    if (!present) return Verdict::nothing;
    if (present->role == Role::owner) return must_hand_over();
    return Verdict::append;
  };
  Act act{user,           std::move(room_id),     kind::member_removed, self(user, member->role),
          std::move(may), left ? "" : kFirstLeave};
  co_return co_await commit(std::move(act));
}

Task<bool> MembershipService::has_left(Identity user, std::string room_id) {
  auto look = [&] { return context_.streams.find_by_key(room_stream(room_id), user.user_id, kFirstLeave).has_value(); };
  co_return co_await context_.store_pool.run(std::move(look));
}

Task<Result<MemberView>> MembershipService::add(Identity user, std::string room_id, std::string target_id, Role role) {
  const auto needed = role == Role::admin ? Role::owner : Role::admin;
  const auto room = co_await access_.joined(user.user_id, room_id, needed);
  if (!room) co_return room.error();
  if (!is_id(target_id)) co_return no_such_user();
  auto find = [&] { return context_.users.find(target_id); };
  const auto target = co_await context_.store_pool.run(std::move(find));
  if (!target || target->disabled) co_return no_such_user();
  Check may = [user_id = user.user_id, target_id, needed](const StreamState& state) -> Result<Verdict> {
    const auto by = membership(state, user_id, needed);
    if (!by) return by.error();
    return enter_verdict(state, target_id);
  };
  const Member member{target->id, target->username, role};
  Act act{user, room_id, kind::member_added, member, std::move(may)};
  const auto tried = co_await commit(std::move(act));
  if (!tried) co_return tried.error();
  co_return co_await view(std::move(user), std::move(room_id), std::move(target_id));
}

Task<Result<void>> MembershipService::remove(Identity user, std::string room_id, std::string target_id) {
  if (target_id == user.user_id) co_return co_await leave(std::move(user), std::move(room_id));
  for (int i = 0; i < kRoomTries; ++i) {
    const auto tried = co_await try_remove(user, room_id, target_id);
    if (!tried) co_return tried.error();
    if (*tried == Tried::done) co_return Result<void>();
  }
  co_return room_busy();
}

Task<Result<MembershipService::Tried>> MembershipService::try_remove(Identity user, std::string room_id,
                                                                     std::string target_id) {
  const auto room = co_await access_.joined(user.user_id, room_id, Role::admin);
  if (!room) co_return room.error();
  const auto* target = (*room)->member(target_id);
  if (!target) co_return is_id(target_id) ? Result<Tried>(Tried::done) : Result<Tried>(no_such_user());
  Check may = [user_id = user.user_id, target_id](const StreamState& state) -> Result<Verdict> {
    const auto by = membership(state, user_id, Role::admin);
    if (!by) return by.error();
    const auto* present = state.member(target_id);
    if (!present) return Verdict::nothing;
    const auto allowed = may_remove(**by, *present);
    if (!allowed) return allowed.error();
    return Verdict::append;
  };
  const auto member = *target;
  Act act{std::move(user), std::move(room_id), kind::member_removed, member, std::move(may)};
  co_return co_await commit(std::move(act));
}

Task<Result<MemberView>> MembershipService::set_role(Identity user, std::string room_id, std::string target_id,
                                                     Role role) {
  const auto room = co_await access_.joined(user.user_id, room_id, Role::owner);
  if (!room) co_return room.error();
  const auto* target = (*room)->member(target_id);
  if (!target) co_return no_such_member();
  Check may = [user_id = user.user_id, target_id, role](const StreamState& state) -> Result<Verdict> {
    const auto owner = membership(state, user_id, Role::owner);
    if (!owner) return owner.error();
    const auto* present = state.member(target_id);
    if (!present) return no_such_member();
    if (present->role == role) return Verdict::nothing;
    if (target_id == user_id) return refuse(Code::conflict, "The owner's role changes only by handing over.");
    return Verdict::append;
  };
  const auto kind = role == Role::owner ? kind::owner_changed : kind::member_role;
  const Member member{target->user_id, target->username, role};
  Act act{user, room_id, kind, member, std::move(may)};
  const auto tried = co_await commit(std::move(act));
  if (!tried) co_return tried.error();
  co_return co_await view(std::move(user), std::move(room_id), std::move(target_id));
}

Task<Result<MembershipService::Tried>> MembershipService::commit(Act act) {
  const auto stale = std::make_shared<bool>(false);
  RoomChange change{.room_id = act.room_id,
                    .kind = std::string(act.kind),
                    .user_id = act.user.user_id,
                    .username = act.user.username,
                    .body = member_body(act.member),
                    .key = act.key};
  const bool goes = act.kind == kind::member_removed;
  change.check = [stale, goes, may = std::move(act.check), member = act.member](const StreamState& state) {
    auto verdict = may(state);
    // A removal says the role that was lost.
    *stale = verdict && *verdict == Verdict::append && goes && state.member(member.user_id)->role != member.role;
    return *stale ? Result<Verdict>(Verdict::nothing) : verdict;
  };
  const auto result = co_await changes_.commit(std::move(change));
  if (!result) co_return result.error();
  // A key known already is that of an earlier act: this one has not been done.
  const bool known = result->outcome == Appended::Outcome::known;
  co_return *stale || known ? Tried::stale : Tried::done;
}

Task<Result<MemberView>> MembershipService::view(Identity user, std::string room_id, std::string target_id) {
  const auto room = co_await access_.joined(user.user_id, std::move(room_id));
  if (!room) co_return room.error();
  const auto* member = (*room)->member(target_id);
  if (!member) co_return no_such_member();
  MemberView shown{*member, member->username};
  auto find = [&] { return context_.users.find(target_id); };
  if (const auto found = co_await context_.store_pool.run(std::move(find))) shown.display_name = found->display_name;
  co_return shown;
}

}  // namespace parley
