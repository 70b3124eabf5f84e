#include "services/room_names.h"

#include "core/log.h"
#include "core/text.h"

namespace parley {
namespace {

Error name_taken() {
  return {Code::name_taken, "A public room has that name.", "name"};
}

}  // namespace

Task<Result<void>> RoomNames::claim(std::string name, std::string room_id) {
  const auto folded = fold_name(name);
  // Twice: a claim that was left over is taken over, and then somebody else may still be faster.
  for (int i = 0; i < 2; ++i) {
    auto insert = [&] { return context_.rooms.claim_name(folded, room_id, context_.clock.now()); };
    const auto claim = co_await context_.store_pool.run(std::move(insert));
    if (claim.room_id == room_id) co_return Result<void>();
    const bool is_over = co_await is_deleted(claim.room_id);
    if (!is_over && context_.clock.now() - claim.claimed_at < kUnusedClaim) break;
    const bool used = co_await is_used(folded, claim.room_id);
    if (used) break;
    log::info("a room name's claim was left over", {{"room", claim.room_id}});
    auto give_back = [&] { context_.rooms.release_name(folded, claim.room_id); };
    co_await context_.store_pool.run(std::move(give_back));
  }
  co_return name_taken();
}

Task<bool> RoomNames::is_used(std::string folded_name, std::string room_id) {
  const auto state = co_await context_.states.current(room_stream(room_id));
  const auto& room = state->room();
  co_return state->room_exists() && room.visibility == Visibility::public_room&& fold_name(room.name) == folded_name;
}

Task<bool> RoomNames::is_deleted(std::string room_id) {
  const auto state = co_await context_.states.current(room_stream(room_id));
  co_return state->head().seq > 0 && !state->room_exists();
}

Task<> RoomNames::release(std::string name, std::string room_id) {
  try {
    const auto folded = fold_name(name);
    const bool used = co_await is_used(folded, room_id);
    if (used) co_return;
    auto give_back = [&] { context_.rooms.release_name(folded, room_id); };
    co_await context_.store_pool.run(std::move(give_back));
  } catch (const std::exception& e) {
    log::warn("a room name's claim stays", {{"room", room_id}, {"reason", e.what()}});
  }
}

}  // namespace parley
