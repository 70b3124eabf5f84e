#include "streams/instances.h"

#include <algorithm>
#include <unordered_set>

#include "core/log.h"

namespace parley {
namespace {

/// Longer between two reads is a time in which the store could not be read, which says nothing about the others.
constexpr auto kMaxStep = std::chrono::seconds(2);

}  // namespace

Instances::Instances(InstanceRepository& repository, WorkerPool& store, const Clock& clock, std::string own_id)
    : repository_(repository), store_(store), clock_(clock), own_id_(std::move(own_id)) {}

void Instances::observe(std::function<void(const std::string&, bool)> observer) {
  observer_ = std::move(observer);
}

Task<> Instances::renew(std::uint64_t links, bool links_up) {
  const InstanceLease own{own_id_, ++counter_, links, links_up};
  auto work = [this, own, gone = long_dead()] {
    repository_.renew(own);
    for (const auto& id : gone) repository_.remove(id);
    return repository_.all();
  };
  const auto leases = co_await store_.run(std::move(work));
  update(leases);
}

Task<> Instances::leave() {
  auto work = [this] { repository_.remove(own_id_); };
  co_await store_.run(std::move(work));
}

void Instances::update(const std::vector<InstanceLease>& leases) {
  const auto now = clock_.steady_now();
  const auto since = std::min<std::chrono::steady_clock::duration>(now - read_at_, kMaxStep);
  read_at_ = now;
  std::unordered_set<std::string> found;
  std::vector<std::pair<std::string, bool>> news;
  for (const auto& lease : leases) {
    if (lease.instance_id == own_id_) continue;
    found.insert(lease.instance_id);
    const auto [it, is_new] = peers_.try_emplace(lease.instance_id, Peer{lease});
    const bool was_alive = !is_new && it->second.alive;
    if (!is_new) grow_older(it->second, lease, since);
    if (it->second.alive != was_alive) news.emplace_back(lease.instance_id, it->second.alive);
  }
  for (const auto& [id, peer] : peers_) {
    if (!found.contains(id) && peer.alive) news.emplace_back(id, false);
  }
  std::erase_if(peers_, [&](const auto& item) { return !found.contains(item.first); });
  for (const auto& [id, alive] : news) {
    log::info(alive ? "another instance is there" : "another instance is gone", {{"instance", id}});
    if (observer_) observer_(id, alive);
  }
}

void Instances::grow_older(Peer& peer, const InstanceLease& lease, std::chrono::steady_clock::duration since) {
  if (peer.lease.counter != lease.counter) {
    peer.unchanged = {};
  } else {
    peer.unchanged += since;
  }
  peer.lease = lease;
  peer.alive = peer.unchanged < kDeadAfter;
}

std::vector<std::string> Instances::long_dead() const {
  std::vector<std::string> ids;
  for (const auto& [id, peer] : peers_) {
    if (peer.unchanged >= kForgetAfter) ids.push_back(id);
  }
  return ids;
}

}  // namespace parley
