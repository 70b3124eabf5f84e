#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/entry.h"

namespace parley {

/// Where an entry stands.
struct EntryPlace {
  std::string stream;
  std::uint64_t seq = 0;
};

/// What became of one entry of a batch.
struct AppendOutcome {
  enum class Status {
    committed,
    seq_taken,  ///< another writer has this seq: read what came, check again, insert again
    key_taken,  ///< (stream, user_id, key) is known: `existing` is the answer
    skipped,    ///< an earlier entry of the same stream in this batch was not committed
  };
  Status status = Status::committed;
  std::optional<Entry> existing{};
};

/// The streams, the truth of everything that must not be missed. All functions block and may be called from
/// any thread; they throw StoreUnavailable (nothing was written) or OutcomeUnknown (only from append).
class StreamRepository {
 public:
  virtual ~StreamRepository() = default;

  /// The stream's newest entry's values; seq 0 where there is none. Never ahead of what is durable.
  virtual Head head(std::string_view stream) = 0;

  /// The same for several streams, in their order (for a page of rooms).
  virtual std::vector<Head> heads(std::span<const std::string> streams) = 0;

  /// Commits the entries durably, in order, each under exactly its seq, together with the projections that
  /// follow from them (members, rooms). Streams are independent of each other; within one, the entries have
  /// consecutive seqs and the first that is not committed makes the rest `skipped`. One outcome an entry.
  virtual std::vector<AppendOutcome> append(std::span<const Entry> batch) = 0;

  /// The entries first..last (inclusive; those that exist), ascending. At most kMaxRange are asked for.
  virtual std::vector<Entry> range(std::string_view stream, std::uint64_t first, std::uint64_t last) = 0;
  static constexpr std::uint64_t kMaxRange = 1000;

  /// The entries right after `seq`, at most `limit`, ascending: up to the end of the stream, or to the first that is
  /// missing (there is none but where a deleted room is purged). Fewer than `limit`: there is no more.
  virtual std::vector<Entry> following(std::string_view stream, std::uint64_t seq, std::size_t limit) = 0;

  /// Of several streams, those that exist, in no particular order; at most kMaxRange are asked for. Followed streams
  /// are polled by their next seqs with it.
  virtual std::vector<Entry> find_all(std::span<const EntryPlace> places) = 0;

  /// The entry that (stream, user_id, key) names, if any.
  virtual std::optional<Entry> find_by_key(std::string_view stream, std::string_view user_id, std::string_view key) = 0;

  // What follows from a change of a room (a state entry: its rows, the notices in users' own streams) may not all be
  // done when its writer dies. `append` notes each such entry as unsettled, durably, with or before the entry; whoever
  // has done what follows settles it.

  /// Committed changes that nobody has settled, at most `limit`, in no particular order; their rows are current
  /// afterwards. Those that are just being worked on are among them.
  virtual std::vector<Entry> unsettled(std::size_t limit) = 0;

  /// Those of one room, by seq.
  virtual std::vector<Entry> unsettled_of(std::string_view stream) = 0;

  /// All that follows from the entry is done. Of a deleted room the members go now. Idempotent.
  virtual void settle(const Entry& entry) = 0;

  /// Deletes up to `limit` entries before `before_seq`, oldest first (a deleted room's content). Returns how
  /// many went; fewer than `limit` means that it is done.
  virtual std::size_t purge(std::string_view stream, std::uint64_t before_seq, std::size_t limit) = 0;
};

}  // namespace parley
