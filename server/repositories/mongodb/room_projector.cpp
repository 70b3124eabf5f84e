#include "repositories/mongodb/room_projector.h"

#include <algorithm>
#include <functional>

#include "core/error.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

/// What is older than the change: it alone may be overwritten.
Document older(const std::string& id, std::uint64_t applied) {
  return by_id(id).set("applied", Document().set("$lt", applied));
}

void describe(const RoomProjection::Description& description, Document& values) {
  values.set("name", description.name)
      .set("folded_name", description.folded_name)
      .set("description", description.description)
      .set("visibility", to_string(description.visibility));
}

}  // namespace

std::string member_id(std::string_view room_id, std::string_view user_id) {
  return std::string(room_id).append("/").append(user_id);
}

void RoomProjector::bring_up_to_date(const std::string& stream) {
  advance(stream, log_.head(stream).membership, nullptr);
}

void RoomProjector::project(const Entry& change) {
  advance(change.stream, change.seq, &change);
}

void RoomProjector::advance(const std::string& stream, std::uint64_t to, const Entry* known) {
  const std::lock_guard lock(busy_[std::hash<std::string>()(stream) % busy_.size()]);
  const auto before = read(stream);
  if (before.applied >= to) return;
  for (int round = 0; round < kRounds; ++round) {
    write(changes_between(stream, before.applied, to, known), before.owner_id);
    const auto after = read(stream);
    if (!after.exists || after.applied == to) return;
    // Another instance projects at the same time. A server whose updates are not atomic may have let an older change
    // overwrite its newer one, so all of them are written again.
    to = std::max(to, after.applied);
    known = nullptr;
  }
}

RoomProjector::Row RoomProjector::read(const std::string& stream) {
  const auto room = database_.find_by_id(kRooms, stream_owner(stream));
  if (!room) return {};
  return {true, room->count("applied"), room->text("owner_id")};
}

Entry RoomProjector::need(const std::string& stream, std::uint64_t seq) {
  auto entry = log_.at(stream, seq);
  if (!entry) throw StoreUnavailable("entry " + std::to_string(seq) + " of " + stream + " is missing");
  return std::move(*entry);
}

/// The changes after `applied` up to `to`, ascending, found by following `membership` backwards.
std::vector<Entry> RoomProjector::changes_between(const std::string& stream, std::uint64_t applied, std::uint64_t to,
                                                  const Entry* known) {
  std::vector<Entry> changes;
  auto change = known != nullptr ? *known : need(stream, to);
  for (;;) {
    const auto before = change.seq - 1;
    changes.push_back(std::move(change));
    if (before <= applied) break;
    change = need(stream, before);
    if (change.membership <= applied) break;
    if (change.membership != change.seq) change = need(stream, change.membership);
  }
  std::reverse(changes.begin(), changes.end());
  return changes;
}

void RoomProjector::write(const std::vector<Entry>& changes, std::string owner_id) {
  for (const auto& change : changes) {
    const auto rows = projection_of(change);
    if (!rows) continue;
    write_members(*rows, owner_id);
    write_room(*rows);
    if (rows->owner_id) owner_id = *rows->owner_id;
  }
}

void RoomProjector::write_members(const RoomProjection& rows, const std::string& former_owner) {
  if (rows.put) put_member(rows, *rows.put);
  const bool handed_over = rows.owner_id && !former_owner.empty() && former_owner != *rows.owner_id;
  if (handed_over) change_member(rows, former_owner, Document().set("role", to_string(Role::admin)));
  if (rows.removed_user) change_member(rows, *rows.removed_user, Document().set("present", false));
}

void RoomProjector::put_member(const RoomProjection& rows, const Member& member) {
  Document values;
  values.set("room_id", rows.room_id)
      .set("user_id", member.user_id)
      .set("username", member.username)
      .set("role", to_string(member.role))
      .set("present", true)
      .set("applied", rows.applied);
  const auto id = member_id(rows.room_id, member.user_id);
  if (database_.insert_new(kMembers, by_id(id).add(values))) return;
  database_.update(kMembers, older(id, rows.applied), set_to(values));
}

void RoomProjector::change_member(const RoomProjection& rows, const std::string& user_id, const Document& values) {
  auto stamped = values;
  stamped.set("applied", rows.applied);
  database_.update(kMembers, older(member_id(rows.room_id, user_id), rows.applied), set_to(stamped));
}

void RoomProjector::write_room(const RoomProjection& rows) {
  Document values;
  if (rows.description) describe(*rows.description, values);
  if (rows.owner_id) values.set("owner_id", *rows.owner_id);
  if (rows.created_at) {
    values.set("created_at", *rows.created_at)
        .set("deleted", false)
        .set("purged", false)
        .set("member_count", 1)
        .set("applied", rows.applied);
    database_.insert_new(kRooms, by_id(rows.room_id).add(values));
    return;
  }
  if (rows.put || rows.removed_user) {
    // Counted, not added to: who counts last has seen all.
    const auto present = Document().set("room_id", rows.room_id).set("present", true);
    values.set("member_count", database_.count(kMembers, present));
  }
  if (rows.deleted) values.set("deleted", true).set("member_count", 0);
  database_.update(kRooms, older(rows.room_id, rows.applied), set_to(values.set("applied", rows.applied)));
}

}  // namespace parley::mongodb
