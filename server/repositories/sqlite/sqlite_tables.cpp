#include "repositories/sqlite/sqlite_tables.h"

#include <array>
#include <SQLiteCpp/Column.h>

#include "core/error.h"

namespace parley::sqlite {
namespace {

/// The first `keys` columns are the primary key, by which the rows come.
struct Query {
  std::string_view table;
  int keys;
  const char* count;
  const char* first;  ///< with ? for how many
  const char* next;   ///< with the last row's key before that
};

#define PARLEY_QUERY(table, keys, columns, from, key, marks)                                               \
  {table, keys, "SELECT count(*) FROM " from, "SELECT " columns " FROM " from " ORDER BY " key " LIMIT ?", \
   "SELECT " columns " FROM " from " WHERE (" key ") > (" marks ") ORDER BY " key " LIMIT ?"}

constexpr std::array kQueries{
    Query PARLEY_QUERY("users", 1,
                       "id, username, folded_username, display_name, folded_display_name, password_hash, is_admin,"
                       " disabled, created_at",
                       "users", "id", "?"),
    Query PARLEY_QUERY("first_account", 1, "position, user_id", "first_account", "position", "?"),
    Query PARLEY_QUERY("sessions", 1,
                       "id, user_id, device, created_at, last_used_at, expires_at, generation, generation_at,"
                       " ended_at, unannounced",
                       "sessions", "id", "?"),
    Query PARLEY_QUERY("access_tokens", 1,
                       "id, user_id, name, hash, created_at, ended_at, unannounced, last_used_at, expires_at",
                       "access_tokens", "id", "?"),
    Query PARLEY_QUERY("invites", 1,
                       "id, kind, subject, hash, room_id, user_id, created_by, created_at, ended_at, expires_at,"
                       " max_uses",
                       "invites", "id", "?"),
    Query PARLEY_QUERY("invite_uses", 2, "invite_id, number, user_id, used_at", "invite_uses", "invite_id, number",
                       "?, ?"),
    Query PARLEY_QUERY("room_names", 1, "folded_name, room_id, claimed_at", "room_names", "folded_name", "?"),
    Query PARLEY_QUERY("rooms", 1,
                       "id, name, folded_name, description, visibility, owner_id, created_at, deleted, purged,"
                       " member_count, applied",
                       "rooms", "id", "?"),
    Query PARLEY_QUERY("members", 2, "m.room_id, m.user_id, m.username, m.role, r.applied",
                       "members m JOIN rooms r ON r.id = m.room_id", "m.room_id, m.user_id", "?, ?"),
    Query PARLEY_QUERY("entries", 2,
                       "stream, seq, kind, user_id, username, timestamp, key, messages, membership, body, target",
                       "entries", "stream, seq", "?, ?"),
    Query PARLEY_QUERY("unsettled", 2, "u.stream, u.seq, e.user_id, e.key, e.timestamp",
                       "unsettled u JOIN entries e ON e.stream = u.stream AND e.seq = u.seq", "u.stream, u.seq",
                       "?, ?"),
};

const Query& query_of(std::string_view table) {
  for (const auto& query : kQueries) {
    if (query.table == table) return query;
  }
  throw StoreUnavailable("there is no table " + std::string(table));
}

Cell cell_of(const SQLite::Column& column) {
  if (column.isNull()) return {};
  if (column.isInteger()) return column.getInt64();
  return column.getString();
}

Row row_of(SQLite::Statement& statement) {
  Row row;
  for (int i = 0; i < statement.getColumnCount(); ++i) row.push_back(cell_of(statement.getColumn(i)));
  return row;
}

void bind(SQLite::Statement& statement, int place, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) statement.bind(place, *number);
  if (const auto* text = std::get_if<std::string>(&cell)) statement.bind(place, *text);
}

std::vector<Row> rows_after(Connection& connection, const Query& query, const Row& last, std::size_t at_once) {
  auto& select = connection.statement(last.empty() ? query.first : query.next);
  const int keys = last.empty() ? 0 : query.keys;
  for (int i = 0; i < keys; ++i) bind(select, i + 1, last[static_cast<std::size_t>(i)]);
  select.bind(keys + 1, static_cast<std::int64_t>(at_once));
  std::vector<Row> rows;
  while (select.executeStep()) rows.push_back(row_of(select));
  return rows;
}

}  // namespace

std::string SqliteTables::mark() {
  return database_.read([](Connection& connection) -> std::string {
    auto& row = connection.statement("SELECT user_id FROM first_account");
    return row.executeStep() ? row.getColumn(0).getString() : "";
  });
}

std::vector<std::string_view> SqliteTables::tables() const {
  std::vector<std::string_view> names;
  names.reserve(kQueries.size());
  for (const auto& query : kQueries) names.push_back(query.table);
  return names;
}

std::uint64_t SqliteTables::count(std::string_view table) {
  return database_.read([&](Connection& connection) {
    auto& row = connection.statement(query_of(table).count);
    row.executeStep();
    return static_cast<std::uint64_t>(row.getColumn(0).getInt64());
  });
}

void SqliteTables::read(std::string_view table, std::size_t at_once,
                        const std::function<void(const std::vector<Row>&)>& take) {
  const auto& query = query_of(table);
  Row last;
  for (bool more = true; more;) {
    const auto rows =
        database_.read([&](Connection& connection) { return rows_after(connection, query, last, at_once); });
    if (!rows.empty()) {
      take(rows);
      last = rows.back();
    }
    more = rows.size() == at_once;
  }
}

}  // namespace parley::sqlite
