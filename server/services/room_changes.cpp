#include "services/room_changes.h"

#include <chrono>

#include "core/ids.h"
#include "core/log.h"

namespace parley {
namespace {

constexpr auto kLookAgain = std::chrono::seconds(1);
/// What the appender gave up waiting for may still be in flight for a while.
constexpr int kLooks = 60;

Proposal proposal_of(const RoomChange& change) {
  return {.stream = room_stream(change.room_id),
          .kind = change.kind,
          .user_id = change.user_id,
          .username = change.username,
          .key = change.key,
          .body = change.body,
          .check = change.check};
}

}  // namespace

RoomChanges::RoomChanges(RoomContext context, UserNotices& notices) : context_(context), notices_(notices) {}

Task<Result<Appended>> RoomChanges::commit(RoomChange change) {
  if (change.key.empty()) change.key = "~" + new_id();
  auto result = co_await context_.appender.append(proposal_of(change));
  if (result && result->outcome == Appended::Outcome::appended && change.then) change.then(result->entry);
  if (!result && result.error().code == Code::outcome_unknown && change.then) {
    spawn_logged(context_.loop.executor(), "settle a change",
                 [this, shared = std::make_shared<const RoomChange>(std::move(change))] { return settle(shared); });
  }
  co_return result;
}

Task<> RoomChanges::settle(std::shared_ptr<const RoomChange> change) {
  for (int i = 0; i < kLooks; ++i) {
    co_await sleep_for(kLookAgain);
    const bool found = co_await look(change);
    if (found) co_return;
  }
}

Task<bool> RoomChanges::look(std::shared_ptr<const RoomChange> change) {
  try {
    auto find = [this, change] {
      return context_.streams.find_by_key(room_stream(change->room_id), change->user_id, change->key);
    };
    const auto entry = co_await context_.store_pool.run(std::move(find));
    if (entry) change->then(*entry);
    co_return entry.has_value();
  } catch (const std::exception& e) {
    log::warn("settling a change waits for the store", {{"room", change->room_id}, {"reason", e.what()}});
  }
  co_return false;
}

}  // namespace parley
