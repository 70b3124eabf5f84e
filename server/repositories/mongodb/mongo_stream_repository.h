#pragma once

#include "repositories/mongodb/batch_insert.h"
#include "repositories/mongodb/entry_log.h"
#include "repositories/mongodb/room_projector.h"
#include "repositories/mongodb/unsettled_notes.h"
#include "repositories/stream_repository.h"

namespace parley::mongodb {

/// Entries are documents whose _id is stream and seq, so that an insert decides who has a seq. Before a change of a
/// room is inserted, a note of it is; after it, the room's documents follow.
class MongoStreamRepository : public StreamRepository {
 public:
  explicit MongoStreamRepository(Database& database) : database_(database) {}

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
  void project(const Entry& entry);
  std::vector<Entry> with_current_rows(std::vector<Entry> entries);
  std::size_t purge_one_by_one(const std::string& stream, std::uint64_t before_seq, std::size_t limit);

  Database& database_;
  EntryLog log_{database_};
  RoomProjector projector_{database_, log_};
  UnsettledNotes notes_{database_, log_};
  Contention contention_;
};

}  // namespace parley::mongodb
