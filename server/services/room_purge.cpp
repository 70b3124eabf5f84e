#include "services/room_purge.h"

#include "core/log.h"

namespace parley {

void RoomPurge::begin(const std::string& room_id) {
  if (stopping_ || !busy_.insert(room_id).second) return;
  spawn_logged(context_.loop.executor(), "purge a room", [this, room_id] { return purge(room_id); });
}

void RoomPurge::resume() {
  spawn_logged(context_.loop.executor(), "resume purges", [this] { return find_interrupted(); });
}

Task<> RoomPurge::find_interrupted() {
  for (bool asked = false; !asked && !stopping_;) {
    try {
      auto look = [this] { return context_.rooms.unpurged(kMaxResumed); };
      const auto room_ids = co_await context_.store_pool.run(std::move(look));
      for (const auto& room_id : room_ids) begin(room_id);
      asked = true;
    } catch (const std::exception& e) {
      log::warn("looking for deleted rooms waits for the store", {{"reason", e.what()}});
    }
    if (!asked) co_await sleep_for(kRetry);
  }
}

Task<> RoomPurge::purge(std::string room_id) {
  if (delay_ > std::chrono::seconds(0)) co_await sleep_for(delay_);
  for (bool more = true; more && !stopping_;) {
    bool failed = false;
    try {
      more = co_await purge_chunk(room_id);
    } catch (const std::exception& e) {
      log::warn("a purge waits for the store", {{"room", room_id}, {"reason", e.what()}});
      failed = true;
    }
    if (more) co_await sleep_for(failed ? std::chrono::milliseconds(kRetry) : kPause);
  }
  busy_.erase(room_id);
}

/// Whether there may be more.
Task<bool> RoomPurge::purge_chunk(std::string room_id) {
  auto work = [&] {
    const auto stream = room_stream(room_id);
    const auto head = context_.streams.head(stream);
    if (context_.streams.purge(stream, head.seq, kChunk) == kChunk) return true;
    context_.rooms.mark_purged(room_id);
    return false;
  };
  co_return co_await context_.store_pool.run(std::move(work));
}

}  // namespace parley
