#pragma once

#include <string>

#include "core/recent_keys.h"
#include "core/time.h"
#include "pubsub/shared_counters.h"

namespace parley {

/// The counts of the instances in one process: of at most 65,536 names, what was longest unused is forgotten.
class LocalSharedCounters : public SharedCounters {
 public:
  explicit LocalSharedCounters(const Clock& clock) : clock_(clock) {}

  void add(std::string_view name, std::chrono::seconds window) override;
  Task<std::optional<Count>> read(std::string name) override;

 private:
  struct Counted {
    std::uint64_t value = 0;
    std::chrono::steady_clock::time_point ends{};
  };

  const Clock& clock_;
  RecentKeys<Counted> counts_{65536};
};

}  // namespace parley
