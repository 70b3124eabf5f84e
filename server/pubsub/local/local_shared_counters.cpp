#include "pubsub/local/local_shared_counters.h"

namespace parley {

void LocalSharedCounters::add(std::string_view name, std::chrono::seconds window) {
  const auto now = clock_.steady_now();
  auto& count = counts_.at(name);
  if (count.value == 0 || count.ends <= now) count = {0, now + window};
  ++count.value;
}

Task<std::optional<SharedCounters::Count>> LocalSharedCounters::read(std::string name) {
  const auto now = clock_.steady_now();
  const auto& counted = counts_.at(name);
  Count count;
  if (counted.value != 0 && counted.ends > now) {
    count.value = counted.value;
    count.left = std::chrono::ceil<std::chrono::seconds>(counted.ends - now);
  }
  co_return count;
}

}  // namespace parley
