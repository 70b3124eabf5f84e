#include "support/faulty_streams.h"

#include <utility>

#include "core/error.h"

namespace parley::test {

void FaultyStreams::fail_next(std::deque<Fault> faults) {
  const std::lock_guard lock(mutex_);
  faults_ = std::move(faults);
}

void FaultyStreams::fail_reads(bool fail) {
  const std::lock_guard lock(mutex_);
  reads_fail_ = fail;
}

void FaultyStreams::before_next_append(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  before_ = std::move(work);
}

void FaultyStreams::after_next_head(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  after_head_ = std::move(work);
}

void FaultyStreams::write_late() {
  std::vector<Entry> late;
  {
    const std::lock_guard lock(mutex_);
    late = std::exchange(late_, {});
  }
  store_.append(late);
}

void FaultyStreams::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void FaultyStreams::release() {
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  released_.notify_all();
}

std::vector<std::size_t> FaultyStreams::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

FaultyStreams::Fault FaultyStreams::begin_append(std::size_t size) {
  std::unique_lock lock(mutex_);
  batches_.push_back(size);
  released_.wait(lock, [this] { return !held_; });
  if (before_) {
    const auto work = std::exchange(before_, nullptr);
    lock.unlock();
    work();
    lock.lock();
  }
  if (faults_.empty()) return Fault::none;
  const auto fault = faults_.front();
  faults_.pop_front();
  return fault;
}

std::vector<AppendOutcome> FaultyStreams::append(std::span<const Entry> batch) {
  const auto fault = begin_append(batch.size());
  if (fault == Fault::unavailable) throw StoreUnavailable("as the test wants it");
  if (fault == Fault::unknown_lost) throw OutcomeUnknown("as the test wants it, nothing written");
  if (fault == Fault::unknown_late) {
    const std::lock_guard lock(mutex_);
    late_.insert(late_.end(), batch.begin(), batch.end());
    throw OutcomeUnknown("as the test wants it, not written yet");
  }
  auto outcomes = store_.append(batch);
  if (fault == Fault::unknown_committed) throw OutcomeUnknown("as the test wants it, all written");
  return outcomes;
}

std::size_t FaultyStreams::ranges() const {
  const std::lock_guard lock(mutex_);
  return ranges_;
}

void FaultyStreams::check_read() const {
  const std::lock_guard lock(mutex_);
  if (reads_fail_) throw StoreUnavailable("reads fail as the test wants it");
}

Head FaultyStreams::head(std::string_view stream) {
  check_read();
  const auto head = store_.head(stream);
  std::unique_lock lock(mutex_);
  const auto work = std::exchange(after_head_, nullptr);
  lock.unlock();
  if (work) work();
  return head;
}

std::vector<Head> FaultyStreams::heads(std::span<const std::string> streams) {
  check_read();
  return store_.heads(streams);
}

std::vector<Entry> FaultyStreams::range(std::string_view stream, std::uint64_t first, std::uint64_t last) {
  check_read();
  {
    const std::lock_guard lock(mutex_);
    ++ranges_;
  }
  return store_.range(stream, first, last);
}

std::optional<Entry> FaultyStreams::find_by_key(std::string_view stream, std::string_view user_id,
                                                std::string_view key) {
  check_read();
  return store_.find_by_key(stream, user_id, key);
}

std::vector<Entry> FaultyStreams::following(std::string_view stream, std::uint64_t seq, std::size_t limit) {
  check_read();
  return store_.following(stream, seq, limit);
}

std::vector<Entry> FaultyStreams::find_all(std::span<const EntryPlace> places) {
  check_read();
  return store_.find_all(places);
}

std::vector<Entry> FaultyStreams::unsettled(std::size_t limit) {
  check_read();
  return store_.unsettled(limit);
}

std::vector<Entry> FaultyStreams::unsettled_of(std::string_view stream) {
  check_read();
  return store_.unsettled_of(stream);
}

void FaultyStreams::settle(const Entry& entry) {
  check_read();
  store_.settle(entry);
}

std::size_t FaultyStreams::purge(std::string_view stream, std::uint64_t before_seq, std::size_t limit) {
  check_read();
  return store_.purge(stream, before_seq, limit);
}

}  // namespace parley::test
