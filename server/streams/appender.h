#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "core/result.h"
#include "core/time.h"
#include "core/worker_pool.h"
#include "repositories/stream_repository.h"
#include "streams/append_queue.h"
#include "streams/stream_states.h"
#include "streams/turns.h"

namespace parley {

/// Gets each entry that this instance has committed, in seq order for each stream, after its sender was told.
class EntrySink {
 public:
  virtual ~EntrySink() = default;
  virtual void on_committed(const Entry& entry) = 0;
};

/// The way into the streams. All that has queued up, for all streams, is committed as one batch; a stream has at
/// most one batch in flight, so its seqs are dense and one sender's order is kept. Io thread.
///
/// Bounds: kMaxQueued proposals in all; beyond, `busy`. A proposal that has no answer after kDeadline gets
/// `outcome_unknown`. After a store error everything queued for the streams of that batch gets the same answer,
/// so that nothing overtakes what failed.
class Appender {
 public:
  static constexpr std::size_t kMaxQueued = 50000;
  static constexpr std::chrono::seconds kDeadline{9};

  /// The store it writes to and how: `writer` runs the blocking calls, `batches` of them at a time at most.
  struct Store {
    StreamRepository& streams;
    WorkerPool& writer;
    std::size_t batches = 1;
    Writers writers = Writers::only_this_process;
  };
  struct Observer {  ///< for metrics; what is empty is not told
    std::function<void(std::size_t entries, std::chrono::nanoseconds took)> on_batch;
    /// From the call of submit() to the acknowledgement.
    std::function<void(const Entry& entry, std::chrono::nanoseconds took)> on_appended;
  };

  Appender(EventLoop& loop, Store store, StreamStates& states, EntrySink& sink, const Clock& clock, Observer observer);
  ~Appender();

  /// Queues the proposal; `done` is called exactly once, on the io thread, never from inside this call. What is
  /// submitted for one stream is committed in that order.
  void submit(Proposal proposal, AppendDone done);

  /// The same, for a coroutine.
  Task<Result<Appended>> append(Proposal proposal);

  /// Proposals without an answer.
  std::size_t queued() const { return queue_.size() + in_flight_entries_; }

  /// Refuses what comes from now on (shutting_down) and returns when everything queued has its answer.
  Task<> drain();

 private:
  struct Batch {
    std::vector<Entry> entries;
    std::vector<PendingAppend> pending;  ///< parallel to entries
    std::vector<std::string> streams;
    std::size_t bytes = 0;
  };

  void schedule_pump();
  void pump();
  void take_from(const std::string& stream, const StreamState& state, Batch& batch);
  void commit(std::shared_ptr<Batch> batch);
  Task<> commit_batch(std::shared_ptr<Batch> batch);
  void settle(Batch& batch, const std::vector<AppendOutcome>& outcomes);
  void try_again(const std::string& stream, std::vector<PendingAppend> pending);
  void settle_one(PendingAppend& pending, Entry& entry, const AppendOutcome& outcome);
  /// Lets go of the batch's streams, of some after a rest.
  void release(const Batch& batch, const std::vector<AppendOutcome>* outcomes,
               std::chrono::steady_clock::time_point began);
  void release_after(const std::string& stream, std::chrono::steady_clock::duration rest);
  Task<> rest_of(std::string stream, std::chrono::steady_clock::duration rest);
  void fail(Batch& batch, const Error& error);
  /// After an unknown outcome: what turns out to have been committed, then or a little later, is delivered without
  /// waiting for a retry.
  Task<> recover(std::shared_ptr<Batch> batch);
  /// Those of the missing entries that are in the store. What is left in `missing` may still come: their places are
  /// free.
  std::vector<Entry> take_committed(std::vector<Entry>& missing);
  void load_then_release(const std::string& stream);
  Task<> load(std::string stream);
  void refuse(PendingAppend pending, const Error& error);
  Task<> answer_by_key(std::shared_ptr<PendingAppend> pending, Error error);
  void answer_later(AppendDone done, Error error);
  void watch_deadlines();
  void expire();

  EventLoop& loop_;
  Store store_;
  StreamStates& states_;
  EntrySink& sink_;
  const Clock& clock_;
  const Observer observer_;
  AppendQueue queue_;
  Turns turns_;
  std::vector<std::shared_ptr<Batch>> in_flight_;
  std::size_t in_flight_entries_ = 0;
  bool pump_due_ = false;
  bool draining_ = false;
  boost::asio::steady_timer deadline_timer_;
};

}  // namespace parley
