#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/event_loop.h"
#include "core/result.h"
#include "core/task.h"
#include "models/identity.h"
#include "streams/hub.h"
#include "streams/stream_states.h"

namespace parley {

struct PresentUser {
  std::string user_id;
  std::string username;
};

/// Who is online in a room: every user with a connection that is subscribed to it. Several connections are one
/// user. Comings and goings are gathered over a tick, and who comes and goes within one is not mentioned, so that a
/// thousand people joining is not a million frames. Io thread.
class PresenceService : public SubscriptionObserver {
 public:
  static constexpr std::chrono::milliseconds kTick{200};
  static constexpr std::size_t kUsersAnEvent = 200;

  /// Sends an event to everybody subscribed to the stream on this instance.
  using Broadcast = std::function<void(const std::string& stream, std::string_view json)>;

  PresenceService(EventLoop& loop, StreamStates& states, Broadcast broadcast);

  void on_subscribed(const std::string& stream, const Subscriber& subscriber) override;
  void on_unsubscribed(const std::string& stream, const Subscriber& subscriber) override;

  /// By user id. Members only; not_found or forbidden.
  Task<Result<std::vector<PresentUser>>> present(Identity asking, std::string room_id);

  /// Sends what has gathered. Called by the tick.
  void announce();

  /// No further tick: the server stops.
  void stop() { timer_.cancel(); }

 private:
  struct Presence {
    std::string username;
    int connections = 0;
    bool announced = false;
  };
  using Room = std::map<std::string, Presence>;  ///< by user id

  void changed(const std::string& stream, const std::string& user_id);
  void announce_room(const std::string& stream, const std::set<std::string>& user_ids);
  void send(const std::string& stream, std::string_view type, const std::vector<PresentUser>& users);

  StreamStates& states_;
  const Broadcast broadcast_;
  std::unordered_map<std::string, Room> rooms_;
  std::unordered_map<std::string, std::set<std::string>> changed_;  ///< user ids by stream, since the last tick
  boost::asio::steady_timer timer_;
};

}  // namespace parley
