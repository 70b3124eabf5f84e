#pragma once

#include <span>
#include <string>
#include <vector>

#include "repositories/mongodb/entry_log.h"

namespace parley::mongodb {

/// Notes of changes of rooms whose consequences may not all be done: written before the change is inserted, so that
/// none can be there without one, and named by what names the change before it has a seq. Blocking, any thread, throws
/// StoreUnavailable or OutcomeUnknown.
class UnsettledNotes {
 public:
  UnsettledNotes(Database& database, EntryLog& log) : database_(database), log_(log) {}

  /// Of those of the batch that change a room. Says whether some note of them was there before.
  bool write(std::span<const Entry> batch);

  /// The change was committed at another seq than its note says, where it is found at once from now on.
  void correct(const Entry& entry);

  /// Committed changes that have a note, at most `limit`. Notes that never got their change go after a day: clocks
  /// differ, and an insert may be under way.
  std::vector<Entry> entries(std::size_t limit);
  std::vector<Entry> entries_of(std::string_view stream);

  void remove(const Entry& entry);

 private:
  static constexpr std::int64_t kMostAtOnce = 5000;

  std::vector<Entry> entries_of_notes(const std::vector<Document>& notes, std::size_t limit);
  std::optional<Entry> entry_of(const Document& note);
  void drop_if_old(const Document& note);

  Database& database_;
  EntryLog& log_;
};

}  // namespace parley::mongodb
