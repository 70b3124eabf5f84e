#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "repositories/mongodb/database.h"

namespace parley::mongodb {

/// Where a server finds by one _id only (FerretDB 1.x), looking for an entry by its key would read all entries; and
/// everybody looks who tries again after a fault, or writes where they may not. There each place that an entry is tried
/// at is noted before, so that whatever was written stands at a place that its key names. A note stands for the places
/// right after its own, too, for who loses a seq to another instance tries again at once; its _id ends in how many
/// notes the key had before, so that two instances that note the same key lose nothing. Notes are never removed: such a
/// server is for tests.
class KeyPlaces {
 public:
  static constexpr std::uint64_t kWidth = 16;  ///< places that a note stands for

  explicit KeyPlaces(Database& database) : database_(database) {}

  /// The documents of entries that are about to be inserted, at most Database::kMaxDocuments.
  void note(std::span<const Document> entries);
  /// The first of the kWidth places of a key's note, by the number of the note; none where it has no such note.
  std::optional<std::uint64_t> find(std::string_view stream, std::string_view user_id, std::string_view key,
                                    std::size_t number);

 private:
  static constexpr std::size_t kRemembered = 20000;

  struct Note {
    std::string key;
    std::uint64_t seq = 0;
    std::size_t number = 0;
    bool stands_for(std::uint64_t place) const { return seq <= place && place - seq < kWidth; }
  };

  /// Of the entries whose places no note of late stands for, each with its key's next number.
  std::vector<Note> next_notes(std::span<const Document> entries);
  std::vector<Note> insert(const std::vector<Note>& notes);
  std::optional<std::uint64_t> find(const std::string& key, std::size_t number);
  void remember(const Note& note);

  Database& database_;
  std::mutex mutex_;
  std::unordered_map<std::string, Note> last_notes_;  ///< by key, of late
};

}  // namespace parley::mongodb
