#include "repositories/sqlite/sqlite_access_token_repository.h"

#include "repositories/sqlite/optional_column.h"

namespace parley::sqlite {
namespace {

// Column order as in read_token.
#define PARLEY_TOKEN_COLUMNS "id, user_id, name, hash, created_at, last_used_at, expires_at, ended_at"

AccessToken read_token(SQLite::Statement& row) {
  AccessToken token;
  token.id = row.getColumn(0).getString();
  token.user_id = row.getColumn(1).getString();
  token.name = row.getColumn(2).getString();
  token.hash = row.getColumn(3).getString();
  token.created_at = from_millis(row.getColumn(4).getInt64());
  token.last_used_at = read_time(row, 5);
  token.expires_at = read_time(row, 6);
  token.ended = !row.getColumn(7).isNull();
  return token;
}

}  // namespace

void SqliteAccessTokenRepository::create(const AccessToken& token) {
  database_.write([&](Connection& connection) {
    auto& insert = connection.statement("INSERT INTO access_tokens (" PARLEY_TOKEN_COLUMNS
                                        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
                                        token.id, token.user_id, token.name, token.hash, to_millis(token.created_at));
    bind_time(insert, 6, token.last_used_at);
    bind_time(insert, 7, token.expires_at);
    insert.exec();
  });
}

std::optional<AccessToken> SqliteAccessTokenRepository::find(std::string_view token_id) {
  return database_.read([&](Connection& connection) -> std::optional<AccessToken> {
    auto& select =
        connection.statement("SELECT " PARLEY_TOKEN_COLUMNS " FROM access_tokens WHERE id = ?", std::string(token_id));
    if (!select.executeStep()) return std::nullopt;
    return read_token(select);
  });
}

std::vector<AccessToken> SqliteAccessTokenRepository::live_of(std::string_view user_id, Timestamp now) {
  return database_.read([&](Connection& connection) {
    auto& select = connection.statement(
        "SELECT " PARLEY_TOKEN_COLUMNS
        " FROM access_tokens WHERE user_id = ? AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        std::string(user_id), to_millis(now));
    std::vector<AccessToken> tokens;
    while (select.executeStep()) tokens.push_back(read_token(select));
    return tokens;
  });
}

void SqliteAccessTokenRepository::set_last_used(std::string_view token_id, Timestamp now) {
  database_.write([&](Connection& connection) {
    connection
        .statement("UPDATE access_tokens SET last_used_at = ? WHERE id = ?", to_millis(now), std::string(token_id))
        .exec();
  });
}

void SqliteAccessTokenRepository::end(std::string_view token_id, Timestamp now) {
  database_.write([&](Connection& connection) {
    connection
        .statement("UPDATE access_tokens SET ended_at = ?, unannounced = 1 WHERE id = ? AND ended_at IS NULL",
                   to_millis(now), std::string(token_id))
        .exec();
  });
}

std::vector<AccessToken> SqliteAccessTokenRepository::unannounced(std::size_t limit) {
  return database_.read([&](Connection& connection) {
    auto& select =
        connection.statement("SELECT " PARLEY_TOKEN_COLUMNS " FROM access_tokens WHERE unannounced = 1 LIMIT ?",
                             static_cast<std::int64_t>(limit));
    std::vector<AccessToken> found;
    while (select.executeStep()) found.push_back(read_token(select));
    return found;
  });
}

void SqliteAccessTokenRepository::set_announced(std::string_view token_id) {
  database_.write([&](Connection& connection) {
    connection.statement("UPDATE access_tokens SET unannounced = 0 WHERE id = ?", std::string(token_id)).exec();
  });
}

std::size_t SqliteAccessTokenRepository::purge(Timestamp before, std::size_t limit) {
  return database_.write([&](Connection& connection) {
    auto& remove = connection.statement(
        "DELETE FROM access_tokens WHERE id IN "
        "(SELECT id FROM access_tokens WHERE ended_at < ?1 OR expires_at < ?1 LIMIT ?2)",
        to_millis(before), static_cast<std::int64_t>(limit));
    return static_cast<std::size_t>(remove.exec());
  });
}

}  // namespace parley::sqlite
