#include "repositories/sqlite/sqlite_session_repository.h"

#include <SQLiteCpp/Column.h>

namespace parley::sqlite {
namespace {

// Column order as in read_session.
#define PARLEY_SESSION_COLUMNS \
  "id, user_id, device, created_at, last_used_at, expires_at, generation, generation_at, ended_at"

Session read_session(SQLite::Statement& row) {
  Session session;
  session.id = row.getColumn(0).getString();
  session.user_id = row.getColumn(1).getString();
  session.device = row.getColumn(2).getString();
  session.created_at = from_millis(row.getColumn(3).getInt64());
  session.last_used_at = from_millis(row.getColumn(4).getInt64());
  session.expires_at = from_millis(row.getColumn(5).getInt64());
  session.generation = static_cast<std::uint64_t>(row.getColumn(6).getInt64());
  session.generation_at = from_millis(row.getColumn(7).getInt64());
  session.ended = !row.getColumn(8).isNull();
  return session;
}

std::optional<Session> read_one(Connection& connection, std::string_view session_id) {
  auto& select =
      connection.statement("SELECT " PARLEY_SESSION_COLUMNS " FROM sessions WHERE id = ?", std::string(session_id));
  if (!select.executeStep()) return std::nullopt;
  return read_session(select);
}

}  // namespace

void SqliteSessionRepository::create(const Session& session) {
  database_.write([&](Connection& connection) {
    connection
        .statement("INSERT INTO sessions (" PARLEY_SESSION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                   session.id, session.user_id, session.device, to_millis(session.created_at),
                   to_millis(session.last_used_at), to_millis(session.expires_at),
                   static_cast<std::int64_t>(session.generation), to_millis(session.generation_at))
        .exec();
  });
}

std::optional<Session> SqliteSessionRepository::find(std::string_view session_id) {
  return database_.read([&](Connection& connection) { return read_one(connection, session_id); });
}

std::vector<Session> SqliteSessionRepository::live_of(std::string_view user_id, Timestamp now) {
  return database_.read([&](Connection& connection) {
    auto& select = connection.statement("SELECT " PARLEY_SESSION_COLUMNS
                                        " FROM sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ?",
                                        std::string(user_id), to_millis(now));
    std::vector<Session> sessions;
    while (select.executeStep()) sessions.push_back(read_session(select));
    return sessions;
  });
}

std::optional<Session> SqliteSessionRepository::advance(std::string_view session_id, std::uint64_t presented,
                                                        Timestamp now, Timestamp expires_at) {
  return database_.write([&](Connection& connection) {
    connection
        .statement(
            "UPDATE sessions SET generation = ?1 + 1, generation_at = ?2, last_used_at = ?2, expires_at = ?3 "
            "WHERE id = ?4 AND generation = ?1 AND ended_at IS NULL",
            static_cast<std::int64_t>(presented), to_millis(now), to_millis(expires_at), std::string(session_id))
        .exec();
    return read_one(connection, session_id);
  });
}

void SqliteSessionRepository::end(std::string_view session_id, Timestamp now) {
  database_.write([&](Connection& connection) {
    connection
        .statement("UPDATE sessions SET ended_at = ?, unannounced = 1 WHERE id = ? AND ended_at IS NULL",
                   to_millis(now), std::string(session_id))
        .exec();
  });
}

std::vector<Session> SqliteSessionRepository::unannounced(std::size_t limit) {
  return database_.read([&](Connection& connection) {
    auto& select = connection.statement("SELECT " PARLEY_SESSION_COLUMNS " FROM sessions WHERE unannounced = 1 LIMIT ?",
                                        static_cast<std::int64_t>(limit));
    std::vector<Session> found;
    while (select.executeStep()) found.push_back(read_session(select));
    return found;
  });
}

void SqliteSessionRepository::set_announced(std::string_view session_id) {
  database_.write([&](Connection& connection) {
    connection.statement("UPDATE sessions SET unannounced = 0 WHERE id = ?", std::string(session_id)).exec();
  });
}

std::size_t SqliteSessionRepository::purge(Timestamp before, std::size_t limit) {
  return database_.write([&](Connection& connection) {
    auto& remove = connection.statement(
        "DELETE FROM sessions WHERE id IN "
        "(SELECT id FROM sessions WHERE ended_at < ?1 OR expires_at < ?1 LIMIT ?2)",
        to_millis(before), static_cast<std::int64_t>(limit));
    return static_cast<std::size_t>(remove.exec());
  });
}

}  // namespace parley::sqlite
