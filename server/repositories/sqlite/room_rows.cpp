#include "repositories/sqlite/room_rows.h"

#include <string>

#include "repositories/sqlite/database.h"

namespace parley::sqlite {
namespace {

std::string text(std::string_view view) {
  return std::string(view);
}

void create_room(Connection& connection, const RoomProjection& rows) {
  const auto& description = *rows.description;
  connection
      .statement(
          "INSERT INTO rooms (id, name, folded_name, description, visibility, owner_id, created_at, deleted,"
          " member_count, applied) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING",
          rows.room_id, description.name, description.folded_name, description.description,
          text(to_string(description.visibility)), *rows.owner_id, to_millis(*rows.created_at))
      .exec();
}

void describe_room(Connection& connection, const RoomProjection& rows) {
  const auto& description = *rows.description;
  connection
      .statement("UPDATE rooms SET name = ?, folded_name = ?, description = ?, visibility = ? WHERE id = ?",
                 description.name, description.folded_name, description.description,
                 text(to_string(description.visibility)), rows.room_id)
      .exec();
}

/// How many members more there are.
int put_member(Connection& connection, const std::string& room_id, const Member& member) {
  const auto role = text(to_string(member.role));
  const int added = connection
                        .statement(
                            "INSERT INTO members (room_id, user_id, username, role) VALUES (?, ?, ?, ?)"
                            " ON CONFLICT DO NOTHING",
                            room_id, member.user_id, member.username, role)
                        .exec();
  if (added == 0) {
    connection.statement("UPDATE members SET role = ? WHERE room_id = ? AND user_id = ?", role, room_id, member.user_id)
        .exec();
  }
  return added;
}

int remove_member(Connection& connection, const std::string& room_id, const std::string& user_id) {
  return -connection.statement("DELETE FROM members WHERE room_id = ? AND user_id = ?", room_id, user_id).exec();
}

void hand_over(Connection& connection, const RoomProjection& rows) {
  connection
      .statement("UPDATE members SET role = 'admin' WHERE room_id = ? AND role = 'owner' AND user_id <> ?",
                 rows.room_id, *rows.owner_id)
      .exec();
  connection.statement("UPDATE rooms SET owner_id = ? WHERE id = ?", *rows.owner_id, rows.room_id).exec();
}

/// The members' rows stay until all of them were told, see settle().
void delete_room(Connection& connection, const RoomProjection& rows) {
  connection.statement("UPDATE rooms SET deleted = 1, member_count = 0 WHERE id = ?", rows.room_id).exec();
}

}  // namespace

void write_room_rows(Connection& connection, const RoomProjection& rows) {
  if (rows.created_at) {
    create_room(connection, rows);
  } else if (rows.description) {
    describe_room(connection, rows);
  }
  if (rows.owner_id && !rows.created_at) hand_over(connection, rows);
  int more_members = 0;
  if (rows.put) more_members += put_member(connection, rows.room_id, *rows.put);
  if (rows.removed_user) more_members += remove_member(connection, rows.room_id, *rows.removed_user);
  if (rows.deleted) delete_room(connection, rows);
  connection
      .statement("UPDATE rooms SET member_count = member_count + ?, applied = ? WHERE id = ?", more_members,
                 static_cast<std::int64_t>(rows.applied), rows.room_id)
      .exec();
}

}  // namespace parley::sqlite
