#pragma once

#include <chrono>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "repositories/mongodb/entry_log.h"
#include "repositories/stream_repository.h"

namespace parley::mongodb {

/// In which streams another instance was faster lately. Any thread.
class Contention {
 public:
  void note(const std::string& stream);
  bool has(const std::string& stream);

 private:
  static constexpr std::size_t kMost = 10000;
  static constexpr std::chrono::seconds kLately{1};

  std::mutex mutex_;
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> until_;
};

/// Inserts the entries of one batch, as few commands as may be. A command ends at the first refused entry, so streams
/// where that is likely come last; what was refused is told apart by looking, never by the words of the error.
class BatchInsert {
 public:
  BatchInsert(Database& database, EntryLog& log, Contention& contention, std::span<const Entry> batch);

  /// One outcome an entry. Throws StoreUnavailable where nothing was written, else OutcomeUnknown.
  std::vector<AppendOutcome> run();

 private:
  static constexpr std::size_t kMostBytes = 1 << 20;
  static constexpr int kTries = 3;

  void insert_some();
  std::size_t chunk();
  void committed(std::size_t place);
  void refused(std::size_t place);
  AppendOutcome explain(const Entry& entry);
  void skip(const std::string& stream);

  Database& database_;
  EntryLog& log_;
  Contention& contention_;
  const std::span<const Entry> batch_;
  std::vector<Document> documents_;  ///< by place in the batch
  std::vector<std::size_t> todo_;    ///< places, in the order of inserting
  std::vector<AppendOutcome> outcomes_;
  int unexplained_ = 0;
  bool written_ = false;
};

}  // namespace parley::mongodb
