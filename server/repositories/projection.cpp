#include "repositories/projection.h"

#include "core/text.h"
#include "models/state_change.h"

namespace parley {
namespace {

void describe(RoomProjection& rows, const StateChange& change) {
  rows.description =
      RoomProjection::Description{change.name, fold_name(change.name), change.description, change.visibility};
}

void create(RoomProjection& rows, const Entry& entry) {
  rows.created_at = entry.timestamp;
  rows.owner_id = entry.user_id;
  rows.put = Member{entry.user_id, entry.username, Role::owner};
}

}  // namespace

std::optional<RoomProjection> projection_of(const Entry& entry) {
  if (!is_room_stream(entry.stream) || !changes_state(entry.kind)) return std::nullopt;
  RoomProjection rows;
  rows.room_id = std::string(stream_owner(entry.stream));
  rows.applied = entry.seq;
  const auto change = state_change(entry);
  if (!change) return rows;
  if (entry.kind == kind::room_created) {
    describe(rows, *change);
    create(rows, entry);
  } else if (entry.kind == kind::room_changed) {
    describe(rows, *change);
  } else if (entry.kind == kind::member_added || entry.kind == kind::member_role) {
    rows.put = change->member;
  } else if (entry.kind == kind::owner_changed) {
    rows.put = change->member;
    rows.owner_id = change->member.user_id;
  } else if (entry.kind == kind::member_removed) {
    rows.removed_user = change->member.user_id;
  } else if (entry.kind == kind::room_deleted) {
    rows.deleted = true;
  }
  return rows;
}

}  // namespace parley
