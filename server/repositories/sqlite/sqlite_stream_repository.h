#pragma once

#include "repositories/stream_repository.h"

namespace parley::sqlite {

class Connection;
class Database;

/// The streams in SQLite. An append is one transaction of the one writer: the entries and the rows of rooms and
/// members that follow from them are there together or not at all.
class SqliteStreamRepository : public StreamRepository {
 public:
  explicit SqliteStreamRepository(Database& database) : database_(database) {}

  Head head(std::string_view stream) override;
  std::vector<Head> heads(std::span<const std::string> streams) override;
  std::vector<AppendOutcome> append(std::span<const Entry> batch) override;
  std::vector<Entry> range(std::string_view stream, std::uint64_t first, std::uint64_t last) override;
  std::vector<Entry> following(std::string_view stream, std::uint64_t seq, std::size_t limit) override;
  std::vector<Entry> find_all(std::span<const EntryPlace> places) override;
  std::optional<Entry> find_by_key(std::string_view stream, std::string_view user_id, std::string_view key) override;
  std::vector<Entry> unsettled(std::size_t limit) override;
  std::vector<Entry> unsettled_of(std::string_view stream) override;
  void settle(const Entry& entry) override;
  std::size_t purge(std::string_view stream, std::uint64_t before_seq, std::size_t limit) override;

 private:
  Database& database_;
};

}  // namespace parley::sqlite
