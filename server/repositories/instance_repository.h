#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// What an instance says of itself in the store while it lives.
struct InstanceLease {
  std::string instance_id;    ///< made at its start: a restarted one is another
  std::uint64_t counter = 0;  ///< bumped every second; readers time it by their own clock
  std::uint64_t links = 0;    ///< how often its links to the bus were made anew
  bool links_up = true;       ///< whether all of them are up and confirmed
};

/// Which instances share the store. Blocking, any thread, throws StoreUnavailable or, from what writes, OutcomeUnknown.
class InstanceRepository {
 public:
  virtual ~InstanceRepository() = default;

  /// The same for all instances of this store, for ever; made by whoever asks first.
  virtual std::string deployment_id() = 0;

  /// Writes the lease as it is now, whether there or not.
  virtual void renew(const InstanceLease& lease) = 0;

  virtual std::vector<InstanceLease> all() = 0;

  /// It has stopped, or is dead. Idempotent.
  virtual void remove(std::string_view instance_id) = 0;
};

}  // namespace parley
