#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/entry.h"
#include "repositories/mongodb/database.h"
#include "repositories/mongodb/key_places.h"
#include "repositories/stream_repository.h"

namespace parley::mongodb {

/// Reads entries. A log is dense, so that everything can be found by known ids; where the newest entry was last seen is
/// remembered, as a place to look from. Blocking, any thread, throws StoreUnavailable.
class EntryLog {
 public:
  explicit EntryLog(Database& database) : database_(database), key_places_(database) {}

  Head head(const std::string& stream);
  std::vector<Head> heads(std::span<const std::string> streams);
  std::optional<Entry> at(std::string_view stream, std::uint64_t seq);
  std::vector<Entry> range(const std::string& stream, std::uint64_t first, std::uint64_t last);
  std::vector<Entry> following(const std::string& stream, std::uint64_t seq, std::size_t limit);
  std::vector<Entry> find_all(std::span<const EntryPlace> places);
  std::optional<Entry> by_key(const std::string& stream, std::string_view user_id, std::string_view key);

  /// By halving, between an entry that is there and a place, above or below it, where none is: the entry next to where
  /// the log ends.
  Entry border(const std::string& stream, Entry there, std::uint64_t missing);

  /// The documents of entries, before they are inserted.
  void announce(std::span<const Document> entries) { key_places_.note(entries); }

  /// The entry is committed: a head is looked for from here on.
  void remember(const std::string& stream, std::uint64_t seq);

 private:
  static constexpr std::size_t kRemembered = 50000;

  std::uint64_t remembered(const std::string& stream);
  Head newest(const std::string& stream);
  Head climb(const std::string& stream);
  std::optional<Entry> starting_point(const std::string& stream);
  std::vector<Entry> walk(const std::string& stream, std::uint64_t first, std::uint64_t last);
  std::optional<Entry> by_places(const std::string& stream, std::string_view user_id, std::string_view key);

  Database& database_;
  KeyPlaces key_places_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::uint64_t> last_seen_;  ///< by stream: a seq that was committed
};

}  // namespace parley::mongodb
