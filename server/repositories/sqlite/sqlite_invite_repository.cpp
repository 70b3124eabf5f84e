#include "repositories/sqlite/sqlite_invite_repository.h"

#include "repositories/sqlite/optional_column.h"

namespace parley::sqlite {
namespace {

// Column order as in read_invite.
#define PARLEY_INVITE_COLUMNS                                                                          \
  "id, kind, hash, room_id, user_id, created_by, created_at, expires_at, max_uses, ended_at, (SELECT " \
  "count(*) FROM invite_uses WHERE invite_id = invites.id)"

Invite read_invite(SQLite::Statement& row) {
  Invite invite;
  invite.id = row.getColumn(0).getString();
  invite.kind = parse_invite_kind(row.getColumn(1).getString()).value_or(InviteKind::server);
  invite.hash = row.getColumn(2).getString();
  invite.room_id = row.getColumn(3).getString();
  invite.user_id = row.getColumn(4).getString();
  invite.created_by = row.getColumn(5).getString();
  invite.created_at = from_millis(row.getColumn(6).getInt64());
  invite.expires_at = read_time(row, 7);
  if (!row.getColumn(8).isNull()) invite.max_uses = static_cast<std::uint64_t>(row.getColumn(8).getInt64());
  invite.ended = !row.getColumn(9).isNull();
  invite.uses = static_cast<std::uint64_t>(row.getColumn(10).getInt64());
  return invite;
}

std::string subject_of(const Invite& invite) {
  if (invite.kind == InviteKind::room) return invite.room_id;
  return invite.kind == InviteKind::password_reset ? invite.user_id : std::string();
}

bool has_used(Connection& connection, const std::string& invite_id, const std::string& user_id) {
  return connection.statement("SELECT 1 FROM invite_uses WHERE invite_id = ? AND user_id = ?", invite_id, user_id)
      .executeStep();
}

}  // namespace

void SqliteInviteRepository::create(const Invite& invite) {
  database_.write([&](Connection& connection) {
    auto& insert = connection.statement(
        "INSERT INTO invites (id, kind, subject, hash, room_id, user_id, created_by, created_at, expires_at, "
        "max_uses) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        invite.id, std::string(to_string(invite.kind)), subject_of(invite), invite.hash, invite.room_id, invite.user_id,
        invite.created_by, to_millis(invite.created_at));
    bind_time(insert, 9, invite.expires_at);
    if (invite.max_uses) insert.bind(10, static_cast<std::int64_t>(*invite.max_uses));
    insert.exec();
  });
}

std::optional<Invite> SqliteInviteRepository::find(std::string_view invite_id) {
  return database_.read([&](Connection& connection) -> std::optional<Invite> {
    auto& select =
        connection.statement("SELECT " PARLEY_INVITE_COLUMNS " FROM invites WHERE id = ?", std::string(invite_id));
    if (!select.executeStep()) return std::nullopt;
    return read_invite(select);
  });
}

std::vector<Invite> SqliteInviteRepository::open_for(InviteKind kind, std::string_view subject, Timestamp now) {
  return database_.read([&](Connection& connection) {
    auto& select = connection.statement("SELECT " PARLEY_INVITE_COLUMNS
                                        " FROM invites WHERE kind = ? AND subject = ? AND ended_at IS NULL",
                                        std::string(to_string(kind)), std::string(subject));
    std::vector<Invite> open;
    while (select.executeStep()) {
      auto invite = read_invite(select);
      if (is_open(invite, now)) open.push_back(std::move(invite));
    }
    return open;
  });
}

InviteRepository::Use SqliteInviteRepository::take_use(std::string_view invite_id, std::string_view user_id,
                                                       Timestamp now) {
  const std::string invite(invite_id);
  const std::string user(user_id);
  return database_.write([&](Connection& connection) {
    if (has_used(connection, invite, user)) return Use::had_one;
    auto& insert = connection.statement(
        "INSERT INTO invite_uses (invite_id, number, user_id, used_at) "
        "SELECT id, (SELECT coalesce(max(number), 0) + 1 FROM invite_uses WHERE invite_id = ?1), ?2, ?3 "
        "FROM invites WHERE id = ?1 AND ended_at IS NULL AND (max_uses IS NULL OR max_uses > "
        "(SELECT count(*) FROM invite_uses WHERE invite_id = ?1))",
        invite, user, to_millis(now));
    return insert.exec() == 1 ? Use::taken : Use::none_left;
  });
}

void SqliteInviteRepository::return_use(std::string_view invite_id, std::string_view user_id) {
  database_.write([&](Connection& connection) {
    connection
        .statement("DELETE FROM invite_uses WHERE invite_id = ? AND user_id = ?", std::string(invite_id),
                   std::string(user_id))
        .exec();
  });
}

void SqliteInviteRepository::end(std::string_view invite_id, Timestamp now) {
  database_.write([&](Connection& connection) {
    connection
        .statement("UPDATE invites SET ended_at = ? WHERE id = ? AND ended_at IS NULL", to_millis(now),
                   std::string(invite_id))
        .exec();
  });
}

std::size_t SqliteInviteRepository::purge(Timestamp before, std::size_t limit) {
  return database_.write([&](Connection& connection) {
    auto& remove = connection.statement(
        "DELETE FROM invites WHERE id IN "
        "(SELECT id FROM invites WHERE ended_at < ?1 OR expires_at < ?1 LIMIT ?2)",
        to_millis(before), static_cast<std::int64_t>(limit));
    const auto removed = static_cast<std::size_t>(remove.exec());
    if (removed > 0) {
      connection.statement("DELETE FROM invite_uses WHERE invite_id NOT IN (SELECT id FROM invites)").exec();
    }
    return removed;
  });
}

}  // namespace parley::sqlite
