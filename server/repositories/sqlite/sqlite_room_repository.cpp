#include "repositories/sqlite/sqlite_room_repository.h"

#include "repositories/sqlite/database.h"

namespace parley::sqlite {
namespace {

#define PARLEY_ROOM_COLUMNS \
  "r.id, r.name, r.description, r.visibility, r.owner_id, r.created_at, r.deleted, r.member_count, r.folded_name"

// Where a page goes on, and what a name contains. instr() looks for bytes: after folding, no wildcard means more
// than itself.
#define PARLEY_ROOM_FILTER \
  "(r.folded_name, r.id) > (?, ?) AND instr(r.folded_name, ?) > 0 ORDER BY r.folded_name, r.id LIMIT ?"

Room room_of(SQLite::Statement& row) {
  Room room;
  room.id = row.getColumn(0).getString();
  room.name = row.getColumn(1).getString();
  room.description = row.getColumn(2).getString();
  room.visibility = parse_visibility(row.getColumn(3).getString()).value_or(Visibility::private_room);
  room.owner_id = row.getColumn(4).getString();
  room.created_at = from_millis(row.getColumn(5).getInt64());
  room.deleted = row.getColumn(6).getInt() != 0;
  room.member_count = static_cast<std::uint64_t>(row.getColumn(7).getInt64());
  return room;
}

/// The rows' role in column 9, or NULL. One row more than the page was asked for.
RoomPage page_of(SQLite::Statement& rows, std::size_t limit) {
  RoomPage page;
  RoomPlace last;
  while (rows.executeStep()) {
    if (page.items.size() == limit) {
      page.next = std::move(last);
      break;
    }
    RoomListing listing{room_of(rows), {}};
    if (!rows.getColumn(9).isNull()) listing.role = parse_role(rows.getColumn(9).getString());
    last = {rows.getColumn(8).getString(), listing.room.id};
    page.items.push_back(std::move(listing));
  }
  return page;
}

std::vector<Member> members_of(Connection& connection, const std::string& room_id) {
  auto& rows = connection.statement("SELECT user_id, username, role FROM members WHERE room_id = ?", room_id);
  std::vector<Member> members;
  while (rows.executeStep()) {
    const auto role = parse_role(rows.getColumn(2).getString()).value_or(Role::member);
    members.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString(), role});
  }
  return members;
}

std::vector<std::string> ids_of(SQLite::Statement& rows) {
  std::vector<std::string> ids;
  while (rows.executeStep()) ids.push_back(rows.getColumn(0).getString());
  return ids;
}

std::int64_t one_more(std::size_t limit) {
  return static_cast<std::int64_t>(limit) + 1;
}

}  // namespace

std::optional<RoomSnapshot> SqliteRoomRepository::load(std::string_view room_id) {
  return database_.read([&](Connection& connection) -> std::optional<RoomSnapshot> {
    const std::string id(room_id);
    auto& row = connection.statement("SELECT " PARLEY_ROOM_COLUMNS ", r.applied FROM rooms r WHERE r.id = ?", id);
    if (!row.executeStep()) return std::nullopt;
    RoomSnapshot snapshot{room_of(row), {}, static_cast<std::uint64_t>(row.getColumn(9).getInt64())};
    snapshot.members = members_of(connection, id);
    return snapshot;
  });
}

RoomPage SqliteRoomRepository::rooms_of(std::string_view user_id, std::string_view folded_query, const RoomPlace& after,
                                        std::size_t limit) {
  return database_.read([&](Connection& connection) {
    auto& rows = connection.statement("SELECT " PARLEY_ROOM_COLUMNS
                                      ", m.role FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ? "
                                      "AND r.deleted = 0 AND " PARLEY_ROOM_FILTER,
                                      std::string(user_id), after.folded_name, after.id, std::string(folded_query),
                                      one_more(limit));
    return page_of(rows, limit);
  });
}

std::vector<std::string> SqliteRoomRepository::room_ids_of(std::string_view user_id) {
  return database_.read([&](Connection& connection) {
    return ids_of(connection.statement(
        "SELECT m.room_id FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ? AND r.deleted = 0",
        std::string(user_id)));
  });
}

RoomPage SqliteRoomRepository::public_rooms(std::string_view user_id, std::string_view folded_query,
                                            const RoomPlace& after, std::size_t limit) {
  return database_.read([&](Connection& connection) {
    auto& rows = connection.statement("SELECT " PARLEY_ROOM_COLUMNS
                                      ", m.role FROM rooms r LEFT JOIN members m ON m.room_id = r.id AND m.user_id = ?"
                                      " WHERE r.visibility = 'public' AND r.deleted = 0 AND " PARLEY_ROOM_FILTER,
                                      std::string(user_id), after.folded_name, after.id, std::string(folded_query),
                                      one_more(limit));
    return page_of(rows, limit);
  });
}

RoomPage SqliteRoomRepository::all_rooms(const RoomPlace& after, std::size_t limit) {
  return database_.read([&](Connection& connection) {
    auto& rows = connection.statement("SELECT " PARLEY_ROOM_COLUMNS
                                      ", NULL FROM rooms r WHERE r.deleted = 0 AND " PARLEY_ROOM_FILTER,
                                      after.folded_name, after.id, std::string(), one_more(limit));
    return page_of(rows, limit);
  });
}

std::size_t SqliteRoomRepository::owned_count(std::string_view user_id) {
  return database_.read([&](Connection& connection) {
    auto& row = connection.statement(
        "SELECT count(*) FROM members m JOIN rooms r ON r.id = m.room_id"
        " WHERE m.user_id = ? AND m.role = 'owner' AND r.deleted = 0",
        std::string(user_id));
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
  });
}

NameClaim SqliteRoomRepository::claim_name(std::string_view folded_name, std::string_view room_id, Timestamp now) {
  return database_.write([&](Connection& connection) {
    const std::string name(folded_name);
    connection
        .statement("INSERT INTO room_names (folded_name, room_id, claimed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                   name, std::string(room_id), to_millis(now))
        .exec();
    auto& row = connection.statement("SELECT room_id, claimed_at FROM room_names WHERE folded_name = ?", name);
    row.executeStep();
    return NameClaim{row.getColumn(0).getString(), from_millis(row.getColumn(1).getInt64())};
  });
}

void SqliteRoomRepository::release_name(std::string_view folded_name, std::string_view room_id) {
  database_.write([&](Connection& connection) {
    connection
        .statement("DELETE FROM room_names WHERE folded_name = ? AND room_id = ?", std::string(folded_name),
                   std::string(room_id))
        .exec();
  });
}

std::vector<std::string> SqliteRoomRepository::unpurged(std::size_t limit) {
  return database_.read([&](Connection& connection) {
    return ids_of(connection.statement("SELECT id FROM rooms WHERE deleted = 1 AND purged = 0 ORDER BY id LIMIT ?",
                                       static_cast<std::int64_t>(limit)));
  });
}

void SqliteRoomRepository::mark_purged(std::string_view room_id) {
  database_.write([&](Connection& connection) {
    connection
        .statement(
            "UPDATE rooms SET purged = 1, name = '', folded_name = '', description = '' WHERE id = ? AND deleted = 1",
            std::string(room_id))
        .exec();
  });
}

void SqliteRoomRepository::drop_unused_claims() {
  database_.write([](Connection& connection) {
    connection
        .statement(
            "DELETE FROM room_names WHERE NOT EXISTS (SELECT 1 FROM rooms r WHERE r.id = room_names.room_id"
            " AND r.folded_name = room_names.folded_name AND r.visibility = 'public' AND r.deleted = 0)")
        .exec();
  });
}

}  // namespace parley::sqlite
