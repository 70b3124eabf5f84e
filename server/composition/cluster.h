#pragma once

#include <chrono>
#include <string>

#include "core/ticker.h"
#include "streams/bus_health.h"
#include "streams/instances.h"

namespace parley {

/// Until a store that was away is asked again.
inline constexpr std::chrono::seconds kStoreRetry{1};

/// What an instance needs where others share its store: its lease, and an eye on the bus between them.
class Cluster {
 public:
  Cluster(EventLoop& loop, InstanceRepository& repository, WorkerPool& store, PubSub& bus, Hub& hub, const Clock& clock,
          const std::string& instance_id);

  /// Only what serves is an instance.
  void start();
  Task<> stop();
  /// For a process that serves nobody and whose bus reaches no other: a lease that says so, and is left to run out, so
  /// that they look into the store meanwhile. Throws what the store throws.
  Task<> ask_to_be_looked_for();

  bool is_alive(const std::string& instance_id) const;

  Instances instances;
  BusHealth health;

 private:
  Task<> join();

  EventLoop& loop_;
  InstanceRepository& repository_;
  WorkerPool& store_;
  Ticker lease_;
  bool started_ = false;
};

}  // namespace parley
