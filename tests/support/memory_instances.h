#pragma once

#include <map>
#include <mutex>

#include "core/error.h"
#include "repositories/instance_repository.h"

namespace parley::test {

/// The leases of instances that share no store but this one. Any thread.
class MemoryInstances : public InstanceRepository {
 public:
  void fail(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  bool holds(const std::string& instance_id) {
    const std::lock_guard lock(mutex_);
    return leases_.contains(instance_id);
  }

  std::string deployment_id() override { return "deployment"; }
  void renew(const InstanceLease& lease) override {
    const auto lock = enter();
    leases_[lease.instance_id] = lease;
  }
  std::vector<InstanceLease> all() override {
    const auto lock = enter();
    std::vector<InstanceLease> leases;
    for (const auto& [id, lease] : leases_) leases.push_back(lease);
    return leases;
  }
  void remove(std::string_view instance_id) override {
    const auto lock = enter();
    leases_.erase(std::string(instance_id));
  }

 private:
  std::unique_lock<std::mutex> enter() {
    std::unique_lock lock(mutex_);
    if (fails_) throw StoreUnavailable("as the test wants it");
    return lock;
  }

  std::mutex mutex_;
  std::map<std::string, InstanceLease> leases_;
  bool fails_ = false;
};

}  // namespace parley::test
