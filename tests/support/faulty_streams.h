#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "repositories/stream_repository.h"

namespace parley::test {

/// A store that fails as it is told to, and else is the store it wraps. Any thread.
class FaultyStreams : public StreamRepository {
 public:
  enum class Fault {
    none,
    unavailable,       ///< StoreUnavailable, nothing is written
    unknown_lost,      ///< OutcomeUnknown, and nothing was written
    unknown_late,      ///< OutcomeUnknown, and it is written by write_late() only
    unknown_committed  ///< OutcomeUnknown, and it was
  };

  explicit FaultyStreams(StreamRepository& store) : store_(store) {}

  /// What becomes of the next appends, in turn; then none fails.
  void fail_next(std::deque<Fault> faults);
  /// All reads fail until told otherwise.
  void fail_reads(bool fail);
  /// Called once, before the next append: what another writer does meanwhile.
  void before_next_append(std::function<void()> work);
  /// Called once, on the store's thread, when the next head has been read and not been told yet.
  void after_next_head(std::function<void()> work);
  /// Writes what was to come late.
  void write_late();
  /// Appends wait until release().
  void hold();
  void release();

  /// The sizes of the batches so far.
  std::vector<std::size_t> batches() const;
  /// How often a range was read so far.
  std::size_t ranges() const;

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
  Fault begin_append(std::size_t size);
  void check_read() const;

  StreamRepository& store_;
  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::deque<Fault> faults_;
  std::function<void()> before_;
  std::function<void()> after_head_;
  std::vector<Entry> late_;
  std::vector<std::size_t> batches_;
  std::size_t ranges_ = 0;
  bool held_ = false;
  bool reads_fail_ = false;
};

}  // namespace parley::test
