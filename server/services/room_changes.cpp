#include "services/room_changes.h"

#include "core/ids.h"

namespace parley {
namespace {

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

Task<Result<Appended>> RoomChanges::commit(RoomChange change) {
  if (change.key.empty()) change.key = "~" + new_id();
  auto result = co_await context_.appender.append(proposal_of(change));
  // Where the outcome is unknown the next sweep finds what was committed.
  if (result && result->outcome == Appended::Outcome::appended) settler_.begin(result->entry.stream);
  co_return result;
}

}  // namespace parley
