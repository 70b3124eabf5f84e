#include "streams/stream_state.h"

#include <cassert>

#include "models/state_change.h"

namespace parley {

StreamState::StreamState(std::string stream, Head head, Room room, const std::vector<Member>& members)
    : stream_(std::move(stream)), head_(head), room_(std::move(room)) {
  if (room_.deleted) return;  // whose last members may still be in the store
  for (const auto& member : members) members_.emplace(member.user_id, member);
  room_.member_count = members_.size();
}

const Member* StreamState::member(const std::string& user_id) const {
  const auto it = members_.find(user_id);
  return it == members_.end() ? nullptr : &it->second;
}

void StreamState::apply(const Entry& entry) {
  assert(entry.seq == head_.seq + 1);
  apply_change(entry);
  head_ = head_of(entry);
}

void StreamState::put_member(const Member& member) {
  members_.insert_or_assign(member.user_id, member);
  room_.member_count = members_.size();
}

void StreamState::hand_over(const Member& owner) {
  if (const auto it = members_.find(room_.owner_id); it != members_.end()) it->second.role = Role::admin;
  room_.owner_id = owner.user_id;
  put_member(owner);
}

void StreamState::apply_change(const Entry& entry) {
  const auto change = state_change(entry);
  if (!change) return;
  if (entry.kind == kind::room_created || entry.kind == kind::room_changed) {
    room_.name = change->name;
    room_.description = change->description;
    room_.visibility = change->visibility;
  }
  if (entry.kind == kind::room_created) {
    room_.id = std::string(stream_owner(stream_));
    room_.owner_id = entry.user_id;
    room_.created_at = entry.timestamp;
    put_member({entry.user_id, entry.username, Role::owner});
  } else if (entry.kind == kind::member_added || entry.kind == kind::member_role) {
    put_member(change->member);
  } else if (entry.kind == kind::member_removed) {
    members_.erase(change->member.user_id);
    room_.member_count = members_.size();
  } else if (entry.kind == kind::owner_changed) {
    hand_over(change->member);
  } else if (entry.kind == kind::room_deleted) {
    room_.deleted = true;
    members_.clear();
    room_.member_count = 0;
  }
}

Ending ending_of(const Entry& entry) {
  if (entry.kind == kind::room_deleted) return {true, {}};
  if (entry.kind != kind::member_removed) return {};
  const auto change = state_change(entry);
  return change ? Ending{false, change->member.user_id} : Ending{};
}

}  // namespace parley
