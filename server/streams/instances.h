#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/task.h"
#include "core/time.h"
#include "core/worker_pool.h"
#include "repositories/instance_repository.h"

namespace parley {

/// Which instances share the store, this one included: each keeps a lease, a counter that it bumps every second. Its
/// readers time it by their own clock, and only over reads that succeeded: while the store is away, what was last known
/// stands. Io thread.
class Instances {
 public:
  static constexpr std::chrono::seconds kDeadAfter{10};    ///< without a change of its lease
  static constexpr std::chrono::seconds kForgetAfter{60};  ///< the same; then its lease is taken out of the store

  struct Peer {
    InstanceLease lease;
    std::chrono::steady_clock::duration unchanged{};  ///< over successful reads
    bool alive = true;
  };
  using Peers = std::unordered_map<std::string, Peer>;  ///< by instance id

  Instances(InstanceRepository& repository, WorkerPool& store, const Clock& clock, std::string own_id);

  /// Called when an instance came, or went: stopped or died. Both may happen to the same one, which was only paused.
  void observe(std::function<void(const std::string& instance_id, bool alive)> observer);

  /// Once a second: renews the own lease and reads the others'. Throws what the store throws.
  Task<> renew(std::uint64_t links, bool links_up);

  /// The own lease goes. Throws what the store throws.
  Task<> leave();

  const std::string& own_id() const { return own_id_; }
  /// The others, dead ones too until they are forgotten.
  const Peers& peers() const { return peers_; }

 private:
  void update(const std::vector<InstanceLease>& leases);
  std::vector<std::string> long_dead() const;
  static void grow_older(Peer& peer, const InstanceLease& lease, std::chrono::steady_clock::duration since);

  InstanceRepository& repository_;
  WorkerPool& store_;
  const Clock& clock_;
  const std::string own_id_;
  std::function<void(const std::string&, bool)> observer_;
  std::uint64_t counter_ = 0;
  std::chrono::steady_clock::time_point read_at_{};
  Peers peers_;
};

}  // namespace parley
