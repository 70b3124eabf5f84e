#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/event_loop.h"
#include "core/ticker.h"
#include "pubsub/pubsub.h"
#include "streams/hub.h"
#include "streams/instances.h"

namespace parley {

/// Whether the bus can be trusted, and what is done while it can't. It may lose anything without a word, so it is in
/// doubt as soon as something may have been lost: an own link down or made anew, a live instance unheard, one whose
/// links are down or were made anew, one that went, a pause of this process. While in doubt, followed streams are
/// polled in the store at once and then every half second; the doubt ends with one full poll that began after its last
/// cause. Without doubt they are polled every 30 s all the same. Io thread.
class BusHealth {
 public:
  static constexpr std::chrono::milliseconds kHeartbeat{250};  ///< sent on chat:instances:{deployment_id}
  static constexpr std::chrono::milliseconds kUnheard{1000};
  static constexpr std::chrono::milliseconds kPause{500};        ///< beyond the heartbeat's due time
  static constexpr std::chrono::milliseconds kPollInDoubt{500};  ///< but half of the time at most is spent on it
  static constexpr std::chrono::seconds kSweep{30};

  BusHealth(EventLoop& loop, Instances& instances, PubSub& bus, Hub& hub, const Clock& clock);

  /// `on_recovered` is called when the own links are up again after one was made anew, and each time a doubt has ended:
  /// what lies with the bus may be gone.
  void observe(std::function<void()> on_recovered) { on_recovered_ = std::move(on_recovered); }

  /// Begins to send and expect heartbeats on the deployment's channel.
  void start(const std::string& deployment_id);
  void stop();

  /// What came on the deployment's channel.
  void on_heartbeat(std::string_view text);

  /// An instance came or went.
  void on_instance(const std::string& instance_id, bool alive);

  bool in_doubt() const { return in_doubt_; }

 private:
  struct Heard {
    std::chrono::steady_clock::time_point at{};
    std::uint64_t links = 0;
  };

  Task<> listen();
  Task<> beat();
  void look();
  const char* cause(std::chrono::steady_clock::time_point now);
  const char* cause_of_peers(std::chrono::steady_clock::time_point now);
  const char* cause_of_peer(const Instances::Peer& peer, std::chrono::steady_clock::time_point now);
  void doubt(const char* reason);
  enum class EndsDoubt { no, unless_renewed };
  Task<> poll(EndsDoubt ends);

  Instances& instances_;
  PubSub& bus_;
  Hub& hub_;
  const Clock& clock_;
  std::function<void()> on_recovered_ = [] {};
  std::string channel_;
  std::unordered_map<std::string, Heard> heard_;  ///< by instance id
  std::uint64_t own_links_ = 0;                   ///< as they were when last looked at
  std::uint64_t told_links_ = 0;                  ///< as they were at the last on_recovered
  std::chrono::steady_clock::time_point beat_at_{};
  std::chrono::steady_clock::time_point doubted_at_{};  ///< when there last was a cause
  std::chrono::steady_clock::time_point polled_at_{};   ///< when the last poll began
  std::chrono::steady_clock::duration poll_took_{};
  bool in_doubt_ = false;
  bool polling_ = false;
  EventLoop& loop_;
  Ticker ticker_;
};

}  // namespace parley
