#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "streams/appender.h"
#include "support/faulty_streams.h"
#include "support/log_builder.h"
#include "support/manual_clock.h"
#include "support/run_task.h"
#include "support/sqlite_test_store.h"

namespace parley::test {

/// Keeps what was committed, in its order.
class RecordingSink : public EntrySink {
 public:
  void on_committed(const Entry& entry) override { entries.push_back(entry); }
  std::vector<std::uint64_t> seqs(const std::string& stream) const;

  std::vector<Entry> entries;
};

/// A real store in a temporary file, told when to fail, with an appender over it.
class StreamWorld : public ::testing::Test {
 protected:
  explicit StreamWorld(Writers writers = Writers::only_this_process);

  template <class T>
  T run(Task<T> task) {
    return run_task(loop_.context(), std::move(task));
  }
  /// Runs the loop until it is so; a failure of the test after 5 s.
  void run_until(const std::function<bool()>& is_so);

  /// Makes a room in the store, past the appender: as another instance would.
  LogBuilder make_room(Visibility visibility = Visibility::public_room, Person owner = {});
  void append_elsewhere(const std::vector<Entry>& entries);

  Proposal message(const std::string& stream, const std::string& content, std::string key = "k-" + new_id(),
                   const Person& by = {"01j9z3k6v8m2n4p6q8r0s2t4v6", "ada"});
  std::vector<std::string> contents(const std::string& stream);

  EventLoop loop_;
  ManualClock clock_;
  SqliteTestStore store_;
  FaultyStreams streams_{store_.streams()};
  WorkerPool writer_{"writer", 1, 1024};
  WorkerPool pool_{"store", 2, 1024};
  StreamStates states_;
  RecordingSink sink_;
  Appender appender_;
};

/// The code of a refusal, or "appended", "known", "known_to_stranger", "nothing".
std::string outcome_of(const Result<Appended>& result);

}  // namespace parley::test
