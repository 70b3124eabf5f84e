#include "composition/cluster.h"

#include <utility>

#include "core/log.h"

namespace parley {

namespace {

constexpr auto kLease = std::chrono::seconds(1);

}  // namespace

Cluster::Cluster(EventLoop& loop, InstanceRepository& repository, WorkerPool& store, PubSub& bus, Hub& hub,
                 const Clock& clock, const std::string& instance_id)
    : instances(repository, store, clock, instance_id),
      health(loop, instances, bus, hub, clock),
      loop_(loop),
      repository_(repository),
      store_(store),
      lease_(loop, kLease, "the instance's lease",
             [this, &bus] { return instances.renew(bus.links(), bus.healthy()); }) {}

void Cluster::start() {
  started_ = true;
  lease_.start();
  spawn_logged(loop_.executor(), "join the other instances", [this] { return join(); });
}

/// They hear of each other on the deployment's channel, whose name is in the store.
Task<> Cluster::join() {
  std::string deployment_id;
  while (started_ && deployment_id.empty()) {
    try {
      auto ask = [this] { return repository_.deployment_id(); };
      deployment_id = co_await store_.run(std::move(ask));
    } catch (const std::exception& e) {
      log::warn("joining the other instances waits for the store", {{"reason", e.what()}});
    }
    if (deployment_id.empty()) co_await sleep_for(kStoreRetry);
  }
  if (started_) health.start(deployment_id);
}

Task<> Cluster::stop() {
  if (!std::exchange(started_, false)) co_return;
  health.stop();
  lease_.stop();
  try {
    co_await instances.leave();
  } catch (const std::exception& e) {
    log::warn("the instance's lease stays until it is over", {{"reason", e.what()}});
  }
}

Task<> Cluster::ask_to_be_looked_for() {
  co_await instances.renew(0, false);
}

bool Cluster::is_alive(const std::string& instance_id) const {
  const auto peer = instances.peers().find(instance_id);
  return peer != instances.peers().end() && peer->second.alive;
}

}  // namespace parley
