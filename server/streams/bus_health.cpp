#include "streams/bus_health.h"

#include <algorithm>
#include <charconv>

#include "core/log.h"

namespace parley {
namespace {

/// A restarted or new instance has a moment to be heard for the first time.
constexpr auto kFirstHeard = std::chrono::seconds(3);

}  // namespace

BusHealth::BusHealth(EventLoop& loop, Instances& instances, PubSub& bus, Hub& hub, const Clock& clock)
    : instances_(instances),
      bus_(bus),
      hub_(hub),
      clock_(clock),
      loop_(loop),
      ticker_(loop, kHeartbeat, "bus health", [this] { return beat(); }) {}

void BusHealth::start(const std::string& deployment_id) {
  channel_ = "chat:instances:" + deployment_id;
  beat_at_ = polled_at_ = clock_.steady_now();
  own_links_ = told_links_ = bus_.links();
  spawn_logged(loop_.executor(), "hear of the other instances", [this] { return listen(); });
  ticker_.start();
}

void BusHealth::stop() {
  ticker_.stop();
}

/// Where the bus is away, it is subscribed when it is back.
Task<> BusHealth::listen() {
  co_await bus_.subscribe(channel_);
}

Task<> BusHealth::beat() {
  bus_.publish(channel_, instances_.own_id() + ' ' + std::to_string(bus_.links()));
  look();
  co_return;
}

void BusHealth::on_heartbeat(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return;
  auto& heard = heard_[std::string(text.substr(0, space))];
  const auto links = text.substr(space + 1);
  std::uint64_t count = 0;
  std::from_chars(links.data(), links.data() + links.size(), count);
  if (heard.links != 0 && heard.links != count) doubt("another instance's link was made anew");
  heard = {clock_.steady_now(), count};
}

void BusHealth::on_instance(const std::string& instance_id, bool alive) {
  if (alive) {
    // What it was last heard of may be from before it was paused.
    heard_[instance_id].at = clock_.steady_now() + kFirstHeard - kUnheard;
  } else {
    heard_.erase(instance_id);
    doubt("an instance is gone");
  }
}

void BusHealth::look() {
  const auto now = clock_.steady_now();
  const auto* reason = cause(now);
  beat_at_ = now;
  if (reason) doubt(reason);
  if (bus_.healthy() && told_links_ != bus_.links()) {
    told_links_ = bus_.links();
    on_recovered_();
  }
  const auto soon = std::max<std::chrono::steady_clock::duration>(kPollInDoubt, 2 * poll_took_);
  const auto due = in_doubt_ ? soon : kSweep;
  if (!polling_ && now - polled_at_ >= due) {
    polling_ = true;
    polled_at_ = now;
    // Only a poll that began after the last cause ends the doubt.
    const auto ends = reason ? EndsDoubt::no : EndsDoubt::unless_renewed;
    spawn_logged(loop_.executor(), "poll", [this, ends] { return poll(ends); });
  }
}

const char* BusHealth::cause(std::chrono::steady_clock::time_point now) {
  if (now - beat_at_ > kHeartbeat + kPause) return "this process was paused";
  if (!bus_.healthy()) return "a link to the bus is down";
  if (bus_.links() != own_links_) {
    own_links_ = bus_.links();
    return "a link to the bus was made anew";
  }
  return cause_of_peers(now);
}

const char* BusHealth::cause_of_peers(std::chrono::steady_clock::time_point now) {
  for (const auto& [id, peer] : instances_.peers()) {
    if (!peer.alive) continue;
    if (const auto* reason = cause_of_peer(peer, now)) return reason;
  }
  return nullptr;
}

const char* BusHealth::cause_of_peer(const Instances::Peer& peer, std::chrono::steady_clock::time_point now) {
  if (!peer.lease.links_up) return "another instance's link to the bus is down";
  const auto heard = heard_.find(peer.lease.instance_id);
  if (heard == heard_.end() || now - heard->second.at > kUnheard) return "another instance is not heard";
  return nullptr;
}

void BusHealth::doubt(const char* reason) {
  doubted_at_ = clock_.steady_now();
  if (in_doubt_) return;
  in_doubt_ = true;
  polled_at_ = {};  // at once
  log::warn("the bus is in doubt: streams are polled in the store", {{"reason", reason}});
}

Task<> BusHealth::poll(EndsDoubt ends) {
  const auto began = clock_.steady_now();
  try {
    co_await hub_.poll();
    if (in_doubt_ && ends == EndsDoubt::unless_renewed && doubted_at_ <= began) {
      in_doubt_ = false;
      log::info("the bus is trusted again", {});
      on_recovered_();
    }
  } catch (const std::exception& e) {
    doubt("the store can't be read");
  }
  poll_took_ = clock_.steady_now() - began;
  polling_ = false;
}

}  // namespace parley
