#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/task.h"
#include "pubsub/shared_counters.h"
#include "services/secret_keys.h"

namespace parley {

/// Failed attempts to sign in, counted over all instances. While the bus is away nothing is known and nothing counted:
/// each instance's own limits stand alone then. Names go out hashed under a key of the deployment: who reads the bus
/// learns nobody's name or address. Io thread.
class SharedFailures {
 public:
  static constexpr std::chrono::seconds kWindow{5 * 60};  ///< from the first failure

  SharedFailures(SharedCounters& counters, const SecretKey& key) : counters_(counters), key_(key) {}

  void add(std::string_view what);

  /// How long until `what` may be tried again: zero where it has failed less than `limit` times.
  Task<std::chrono::seconds> wait(std::string what, unsigned limit) const;

 private:
  std::string name_of(std::string_view what) const;

  SharedCounters& counters_;
  const SecretKey key_;
};

}  // namespace parley
