#include "repositories/mongodb/mongo_room_repository.h"

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "repositories/mongodb/room_projector.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

Room room_of(const Document& document) {
  Room room;
  room.id = document.text("_id");
  room.name = document.text("name");
  room.description = document.text("description");
  room.visibility = parse_visibility(document.text("visibility")).value_or(Visibility::private_room);
  room.owner_id = document.text("owner_id");
  room.created_at = document.time("created_at");
  room.deleted = document.flag("deleted");
  room.member_count = document.count("member_count");
  return room;
}

Role role_of(const Document& member) {
  return parse_role(member.text("role")).value_or(Role::member);
}

RoomPlace place_of(const Document& room) {
  return {room.text("folded_name"), room.text("_id")};
}

bool operator<(const RoomPlace& a, const RoomPlace& b) {
  return std::tie(a.folded_name, a.id) < std::tie(b.folded_name, b.id);
}

/// {$or: a later name, or the same name and a later id}
void add_place(const RoomPlace& after, Document& filter) {
  const std::vector<Document> later{
      compare("folded_name", "$gt", after.folded_name),
      Document().set("folded_name", after.folded_name).add(compare("_id", "$gt", after.id))};
  filter.set("$or", std::span(later));
}

Document by_place() {
  return Document().set_int32("folded_name", 1).set_int32("_id", 1);
}

Query listed(Document filter, const RoomPlace& after, std::size_t limit) {
  add_place(after, filter);
  Query query;
  query.filter = std::move(filter);
  query.sort = by_place();
  query.limit = static_cast<std::int64_t>(limit) + 1;
  return query;
}

using Roles = std::unordered_map<std::string, Role>;  // by room

/// Of the documents in order, one more than the page was asked for.
RoomPage page_of(const std::vector<Document>& rooms, const Roles& roles, std::size_t limit) {
  RoomPage page;
  for (const auto& room : rooms) {
    if (page.items.size() == limit) {
      page.next = place_of(rooms[limit - 1]);
      break;
    }
    const auto role = roles.find(room.text("_id"));
    page.items.push_back({room_of(room), role == roles.end() ? std::nullopt : std::optional(role->second)});
  }
  return page;
}

Roles roles_of(const std::vector<Document>& members) {
  Roles roles;
  for (const auto& member : members) {
    if (member.flag("present")) roles.emplace(member.text("room_id"), role_of(member));
  }
  return roles;
}

std::vector<Document> memberships(Database& database, std::string_view user_id) {
  Query query;
  query.filter = Document().set("user_id", user_id).set("present", true);
  return database.find(kMembers, query);
}

/// Of the rooms that a user is a member of, those that are not deleted.
std::vector<Document> living(Database& database, const Roles& roles) {
  std::vector<std::string> ids;
  ids.reserve(roles.size());
  for (const auto& [room_id, role] : roles) ids.push_back(room_id);
  auto rooms = database.find_by_ids(kRooms, ids);
  std::erase_if(rooms, [](const Document& room) { return room.flag("deleted"); });
  return rooms;
}

}  // namespace

std::optional<RoomSnapshot> MongoRoomRepository::load(std::string_view room_id) {
  // The room first: its members are then at least as new, and what came since is applied to both again.
  const auto room = database_.find_by_id(kRooms, room_id);
  if (!room) return std::nullopt;
  RoomSnapshot snapshot{room_of(*room), {}, room->count("applied")};
  Query query;
  query.filter = Document().set("room_id", room_id).set("present", true);
  for (const auto& member : database_.find(kMembers, query)) {
    snapshot.members.push_back({member.text("user_id"), member.text("username"), role_of(member)});
  }
  return snapshot;
}

RoomPage MongoRoomRepository::rooms_of(std::string_view user_id, std::string_view folded_query, const RoomPlace& after,
                                       std::size_t limit) {
  const auto roles = roles_of(memberships(database_, user_id));
  auto rooms = living(database_, roles);
  std::erase_if(rooms, [&](const Document& room) {
    return !(after < place_of(room)) || room.text("folded_name").find(folded_query) == std::string::npos;
  });
  std::sort(rooms.begin(), rooms.end(), [](const Document& a, const Document& b) { return place_of(a) < place_of(b); });
  return page_of(rooms, roles, limit);
}

std::vector<std::string> MongoRoomRepository::room_ids_of(std::string_view user_id) {
  std::vector<std::string> ids;
  for (const auto& room : living(database_, roles_of(memberships(database_, user_id)))) ids.push_back(room.text("_id"));
  return ids;
}

RoomPage MongoRoomRepository::public_rooms(std::string_view user_id, std::string_view folded_query,
                                           const RoomPlace& after, std::size_t limit) {
  Document filter;
  filter.set("deleted", false).set("visibility", to_string(Visibility::public_room));
  if (!folded_query.empty()) filter.set_regex("folded_name", literal_pattern(folded_query));
  const auto rooms = database_.find(kRooms, listed(std::move(filter), after, limit));
  std::vector<std::string> ids;
  ids.reserve(rooms.size());
  for (const auto& room : rooms) ids.push_back(member_id(room.text("_id"), user_id));
  return page_of(rooms, roles_of(database_.find_by_ids(kMembers, ids)), limit);
}

RoomPage MongoRoomRepository::all_rooms(const RoomPlace& after, std::size_t limit) {
  return page_of(database_.find(kRooms, listed(Document().set("deleted", false), after, limit)), {}, limit);
}

std::size_t MongoRoomRepository::owned_count(std::string_view user_id) {
  auto roles = roles_of(memberships(database_, user_id));
  std::erase_if(roles, [](const auto& item) { return item.second != Role::owner; });
  return living(database_, roles).size();
}

NameClaim MongoRoomRepository::claim_name(std::string_view folded_name, std::string_view room_id, Timestamp now) {
  const auto claim = by_id(folded_name).set("room_id", room_id).set("claimed_at", now);
  const auto held = database_.insert_or_find(kRoomNames, claim);
  return {held.text("room_id"), held.time("claimed_at")};
}

void MongoRoomRepository::release_name(std::string_view folded_name, std::string_view room_id) {
  database_.remove(kRoomNames, by_id(folded_name).set("room_id", room_id));
}

std::vector<std::string> MongoRoomRepository::unpurged(std::size_t limit) {
  Query query;
  query.filter = Document().set("deleted", true).set("purged", false);
  query.sort = Document().set_int32("_id", 1);
  query.limit = static_cast<std::int64_t>(limit);
  std::vector<std::string> ids;
  for (const auto& room : database_.find(kRooms, query)) ids.push_back(room.text("_id"));
  return ids;
}

void MongoRoomRepository::mark_purged(std::string_view room_id) {
  const auto blank = Document().set("purged", true).set("name", "").set("folded_name", "").set("description", "");
  database_.update(kRooms, by_id(room_id).set("deleted", true), Document().set("$set", blank));
}

}  // namespace parley::mongodb
