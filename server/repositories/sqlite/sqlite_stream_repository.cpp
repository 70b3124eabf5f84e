#include "repositories/sqlite/sqlite_stream_repository.h"

#include <algorithm>
#include <sqlite3.h>
#include <SQLiteCpp/Exception.h>
#include <unordered_set>

#include "repositories/projection.h"
#include "repositories/sqlite/database.h"
#include "repositories/sqlite/room_rows.h"

namespace parley::sqlite {
namespace {

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
std::uint64_t number_at(SQLite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.getColumn(column).getInt64());
}

Entry entry_of(SQLite::Statement& row) {
  Entry entry;
  entry.stream = row.getColumn(0).getString();
  entry.seq = number_at(row, 1);
  entry.kind = row.getColumn(2).getString();
  entry.user_id = row.getColumn(3).getString();
  entry.username = row.getColumn(4).getString();
  entry.timestamp = from_millis(row.getColumn(5).getInt64());
  entry.key = row.getColumn(6).getString();
  if (!row.getColumn(7).isNull()) entry.target = number_at(row, 7);
  entry.messages = number_at(row, 8);
  entry.membership = number_at(row, 9);
  entry.body = row.getColumn(10).getString();
  return entry;
}

#define PARLEY_ENTRY_COLUMNS \
  "SELECT stream, seq, kind, user_id, username, timestamp, key, target, messages, membership, body FROM entries "

std::vector<Entry> entries_of(SQLite::Statement& rows) {
  std::vector<Entry> entries;
  while (rows.executeStep()) entries.push_back(entry_of(rows));
  return entries;
}

Head read_head(Connection& connection, const std::string& stream) {
  auto& row = connection.statement(
      "SELECT seq, messages, membership, timestamp FROM entries WHERE stream = ? ORDER BY seq DESC LIMIT 1", stream);
  if (!row.executeStep()) return {};
  return {number_at(row, 0), number_at(row, 1), number_at(row, 2), from_millis(row.getColumn(3).getInt64())};
}

std::optional<Entry> read_by_key(Connection& connection, const std::string& stream, const std::string& user_id,
                                 const std::string& key) {
  auto& row =
      connection.statement(PARLEY_ENTRY_COLUMNS "WHERE stream = ? AND user_id = ? AND key = ?", stream, user_id, key);
  if (!row.executeStep()) return std::nullopt;
  return entry_of(row);
}

bool seq_exists(Connection& connection, const Entry& entry) {
  return connection.statement("SELECT 1 FROM entries WHERE stream = ? AND seq = ?", entry.stream, number(entry.seq))
      .executeStep();
}

/// The texts are borrowed: they live as long as the batch.
void bind_entry(SQLite::Statement& row, const Entry& entry) {
  row.bindNoCopy(1, entry.stream);
  row.bind(2, number(entry.seq));
  row.bindNoCopy(3, entry.kind);
  row.bindNoCopy(4, entry.user_id);
  row.bindNoCopy(5, entry.username);
  row.bind(6, to_millis(entry.timestamp));
  row.bindNoCopy(7, entry.key);
  if (entry.target) row.bind(8, number(*entry.target));
  row.bind(9, number(entry.messages));
  row.bind(10, number(entry.membership));
  row.bindNoCopy(11, entry.body);
}

/// Which of the two unique constraints refused the entry. The key first: the same entry again meets both.
AppendOutcome explain_conflict(Connection& connection, const Entry& entry, const SQLite::Exception& refusal) {
  if (auto existing = read_by_key(connection, entry.stream, entry.user_id, entry.key)) {
    return {AppendOutcome::Status::key_taken, std::move(existing)};
  }
  if (seq_exists(connection, entry)) return {AppendOutcome::Status::seq_taken, {}};
  throw refusal;
}

AppendOutcome insert(Connection& connection, const Entry& entry) {
  auto& row = connection.statement(
      "INSERT INTO entries (stream, seq, kind, user_id, username, timestamp, key, target, messages, membership,"
      " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind_entry(row, entry);
  const int rc = row.tryExecuteStep();
  if (rc == SQLITE_DONE) {
    if (const auto rows = projection_of(entry)) {
      write_room_rows(connection, *rows);
      connection.statement("INSERT INTO unsettled (stream, seq) VALUES (?, ?)", entry.stream, number(entry.seq)).exec();
    }
    return {};
  }
  const SQLite::Exception refusal(connection.raw().getHandle(), rc);
  // A refused INSERT undoes itself alone; the transaction goes on. Anything else ends it.
  if (rc != SQLITE_CONSTRAINT) throw refusal;
  row.tryReset();
  return explain_conflict(connection, entry, refusal);
}

}  // namespace

Head SqliteStreamRepository::head(std::string_view stream) {
  return database_.read([&](Connection& connection) { return read_head(connection, std::string(stream)); });
}

std::vector<Head> SqliteStreamRepository::heads(std::span<const std::string> streams) {
  return database_.read([&](Connection& connection) {
    std::vector<Head> heads;
    heads.reserve(streams.size());
    for (const auto& stream : streams) heads.push_back(read_head(connection, stream));
    return heads;
  });
}

std::vector<AppendOutcome> SqliteStreamRepository::append(std::span<const Entry> batch) {
  return database_.write([&](Connection& connection) {
    std::vector<AppendOutcome> outcomes;
    outcomes.reserve(batch.size());
    std::unordered_set<std::string_view> stopped;
    for (const auto& entry : batch) {
      if (!stopped.empty() && stopped.contains(entry.stream)) {
        outcomes.push_back({AppendOutcome::Status::skipped, {}});
        continue;
      }
      outcomes.push_back(insert(connection, entry));
      if (outcomes.back().status != AppendOutcome::Status::committed) stopped.insert(entry.stream);
    }
    return outcomes;
  });
}

std::vector<Entry> SqliteStreamRepository::range(std::string_view stream, std::uint64_t first, std::uint64_t last) {
  return database_.read([&](Connection& connection) {
    auto& rows = connection.statement(PARLEY_ENTRY_COLUMNS "WHERE stream = ? AND seq BETWEEN ? AND ? ORDER BY seq",
                                      std::string(stream), number(first), number(last));
    return entries_of(rows);
  });
}

std::vector<Entry> SqliteStreamRepository::following(std::string_view stream, std::uint64_t seq, std::size_t limit) {
  auto entries = range(stream, seq + 1, seq + limit);
  const auto hole = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.seq != ++seq; });
  entries.erase(hole, entries.end());
  return entries;
}

std::vector<Entry> SqliteStreamRepository::find_all(std::span<const EntryPlace> places) {
  return database_.read([&](Connection& connection) {
    std::vector<Entry> entries;
    for (const auto& place : places) {
      auto& row =
          connection.statement(PARLEY_ENTRY_COLUMNS "WHERE stream = ? AND seq = ?", place.stream, number(place.seq));
      if (row.executeStep()) entries.push_back(entry_of(row));
    }
    return entries;
  });
}

std::optional<Entry> SqliteStreamRepository::find_by_key(std::string_view stream, std::string_view user_id,
                                                         std::string_view key) {
  return database_.read([&](Connection& connection) {
    return read_by_key(connection, std::string(stream), std::string(user_id), std::string(key));
  });
}

std::vector<Entry> SqliteStreamRepository::unsettled(std::size_t limit) {
  return database_.read([&](Connection& connection) {
    return entries_of(connection.statement(PARLEY_ENTRY_COLUMNS "JOIN unsettled USING (stream, seq) LIMIT ?",
                                           static_cast<std::int64_t>(limit)));
  });
}

std::vector<Entry> SqliteStreamRepository::unsettled_of(std::string_view stream) {
  return database_.read([&](Connection& connection) {
    return entries_of(connection.statement(
        PARLEY_ENTRY_COLUMNS "JOIN unsettled USING (stream, seq) WHERE stream = ? ORDER BY seq", std::string(stream)));
  });
}

void SqliteStreamRepository::settle(const Entry& entry) {
  database_.write([&](Connection& connection) {
    connection.statement("DELETE FROM unsettled WHERE stream = ? AND seq = ?", entry.stream, number(entry.seq)).exec();
    if (entry.kind != kind::room_deleted) return;
    connection.statement("DELETE FROM members WHERE room_id = ?", std::string(stream_owner(entry.stream))).exec();
  });
}

std::size_t SqliteStreamRepository::purge(std::string_view stream, std::uint64_t before_seq, std::size_t limit) {
  return database_.write([&](Connection& connection) {
    const std::string name(stream);
    return static_cast<std::size_t>(
        connection
            .statement("DELETE FROM entries WHERE stream = ? AND seq IN"
                       " (SELECT seq FROM entries WHERE stream = ? AND seq < ? ORDER BY seq LIMIT ?)",
                       name, name, number(before_seq), static_cast<std::int64_t>(limit))
            .exec());
  });
}

}  // namespace parley::sqlite
