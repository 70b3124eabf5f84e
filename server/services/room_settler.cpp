#include "services/room_settler.h"

#include "core/log.h"
#include "models/state_change.h"

namespace parley {

RoomSettler::RoomSettler(RoomContext context, RoomPurge& purge, Invites& invites)
    : context_(context), purge_(purge), invites_(invites), names_(context) {}

void RoomSettler::begin(const std::string& stream) {
  const auto [it, idle] = busy_.try_emplace(stream, true);
  it->second = true;
  if (!idle) return;
  spawn_logged(context_.loop.executor(), "settle a room", [this, stream] { return settle_all(stream); });
}

Task<> RoomSettler::sweep() {
  auto look = [this] { return context_.streams.unsettled(kAtOnce); };
  const auto entries = co_await context_.store_pool.run(std::move(look));
  for (const auto& entry : entries) begin(entry.stream);
}

Task<> RoomSettler::settle_all(std::string stream) {
  try {
    for (bool more = true; more;) {
      busy_.at(stream) = false;
      more = co_await settle_some(stream);
      more = more || busy_.at(stream);
    }
  } catch (const std::exception& e) {
    log::warn("what follows from a room's change waits for the store", {{"stream", stream}, {"reason", e.what()}});
  }
  busy_.erase(stream);
}

/// Whether there was anything.
Task<bool> RoomSettler::settle_some(std::string stream) {
  auto look = [this, stream] { return context_.streams.unsettled_of(stream); };
  const auto entries = co_await context_.store_pool.run(std::move(look));
  if (entries.empty()) co_return false;
  const auto state = co_await context_.states.current(stream);
  for (const auto& entry : entries) co_await settle(entry, state);
  co_return true;
}

Task<> RoomSettler::settle(Entry entry, StreamStatePtr state) {
  const bool deleted = entry.kind == kind::room_deleted;
  const std::string room_id(stream_owner(entry.stream));
  if (deleted) co_await give_back(room_id);
  auto notices = co_await notices_of(entry, state);
  co_await append_notices(context_.appender, std::move(notices));
  auto note = [this, &entry] { context_.streams.settle(entry); };
  co_await context_.store_pool.run(std::move(note));
  if (deleted) purge_.begin(room_id);
}

Task<std::vector<Proposal>> RoomSettler::notices_of(Entry entry, StreamStatePtr state) {
  if (entry.kind == kind::room_deleted) co_return co_await farewells(std::move(entry));
  std::vector<Proposal> notices;
  const auto change = state_change(entry);
  if (!change) co_return notices;
  if (entry.kind == kind::room_created) {
    const RoomView view{state->room(), Role::owner, entry.seq, entry.messages};
    notices.push_back(room_added_notice(entry.user_id, view, entry));
  } else if (entry.kind == kind::member_added) {
    const RoomView view{state->room(), change->member.role, entry.seq, entry.messages};
    notices.push_back(room_added_notice(change->member.user_id, view, entry));
  } else if (entry.kind == kind::member_removed) {
    notices.push_back(room_removed_notice(change->member.user_id, entry));
  }
  co_return notices;
}

/// To all who were members at the end: their rows are there until this is settled.
Task<std::vector<Proposal>> RoomSettler::farewells(Entry entry) {
  auto load = [this, &entry] { return context_.rooms.load(stream_owner(entry.stream)); };
  const auto snapshot = co_await context_.store_pool.run(std::move(load));
  std::vector<Proposal> notices;
  if (!snapshot) co_return notices;
  for (const auto& member : snapshot->members) notices.push_back(room_removed_notice(member.user_id, entry));
  co_return notices;
}

Task<> RoomSettler::give_back(std::string room_id) {
  auto load = [this, &room_id] { return context_.rooms.load(room_id); };
  const auto snapshot = co_await context_.store_pool.run(std::move(load));
  if (snapshot && !snapshot->room.name.empty()) co_await names_.release(snapshot->room.name, room_id);
  co_await invites_.withdraw_all(InviteKind::room, room_id);
}

Task<> RoomSettler::drain(std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!busy_.empty() && std::chrono::steady_clock::now() < end) co_await sleep_for(std::chrono::milliseconds(5));
}

}  // namespace parley
