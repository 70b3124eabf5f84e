#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/entry.h"

namespace parley {

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

  /// The entry that (stream, user_id, key) names, if any.
  virtual std::optional<Entry> find_by_key(std::string_view stream, std::string_view user_id, std::string_view key) = 0;

  /// Deletes up to `limit` entries before `before_seq`, oldest first (a deleted room's content). Returns how
  /// many went; fewer than `limit` means that it is done.
  virtual std::size_t purge(std::string_view stream, std::uint64_t before_seq, std::size_t limit) = 0;
};

}  // namespace parley
