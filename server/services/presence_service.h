#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/event_loop.h"
#include "core/result.h"
#include "core/ticker.h"
#include "core/time.h"
#include "models/identity.h"
#include "services/room_presence.h"
#include "streams/hub.h"
#include "streams/stream_states.h"

namespace parley {

/// Who is online in a room: every user with a connection, on any instance, that is subscribed to it. Several
/// connections are one user. Comings and goings are gathered over a tick, and who comes and goes within one is not
/// mentioned, so that a thousand people joining is not a million frames.
///
/// Every instance pins who is with it to the notice board, by room, and tells the others of the room that it changed;
/// they read the board again at their next tick. A note counts while its instance lives. What the board lost with the
/// bus stands for kLostStands. Io thread.
class PresenceService : public SubscriptionObserver {
 public:
  static constexpr std::chrono::milliseconds kTick{200};
  static constexpr std::size_t kUsersAnEvent = 200;
  static constexpr std::size_t kRoomsATick = 500;  ///< all of them change at once when the bus is back
  static constexpr std::chrono::seconds kLostStands{15};
  static constexpr std::chrono::seconds kStranger{15};  ///< so long a note counts whose instance has no lease (yet)

  /// Sends an event to everybody subscribed to the stream on this instance.
  using Broadcast = std::function<void(const std::string& stream, std::string_view json)>;
  /// How it hears of the other instances, and they of it.
  struct Sharing {
    std::string instance_id;
    NoticeBoard& board;
    std::function<void(const std::string& stream)> announce;       ///< the note of this room has changed
    std::function<bool(const std::string& instance_id)> is_alive;  ///< whether it has a lease
    std::function<std::uint64_t()> links;  ///< how often a link to the bus was made anew: the board may be a new one
  };

  PresenceService(EventLoop& loop, StreamStates& states, const Clock& clock, Broadcast broadcast, Sharing sharing);

  void on_subscribed(const std::string& stream, const Subscriber& subscriber) override;
  void on_unsubscribed(const std::string& stream, const Subscriber& subscriber) override;

  /// By user id. Members only; not_found or forbidden.
  Task<Result<std::vector<PresentUser>>> present(Identity asking, std::string room_id);

  /// Another instance's note of the room has changed.
  void changed_elsewhere(const std::string& stream);
  /// An instance came or went.
  void on_instance(const std::string& instance_id, bool alive);
  /// The bus is back: what this instance has on the board may be gone, and what others said may be lost.
  void on_bus_recovered();

  void start() { tidy_.start(); }
  /// No further tick: the server stops.
  void stop();

 private:
  struct Room {
    RoomPresence presence;
    bool read = false;  ///< whether it is known who is elsewhere
  };
  struct Change {
    bool here = false;
    bool elsewhere = false;
  };

  void changed(const std::string& stream, Change what);
  void changed_everywhere(Change what);
  void arm();
  void tick();
  void take_up(const std::string& stream, Change change);
  void publish(const std::string& stream, const Room& room);
  Task<> read(std::string stream);
  Task<std::optional<std::vector<NoticeBoard::Note>>> notes_of(std::string stream);
  bool counts(const std::string& instance_id);
  bool may_be_lost();
  void forget(const std::string& instance_id);
  void tell(const std::string& stream, Room& room);
  void send(const std::string& stream, std::string_view type, const std::vector<PresentUser>& users);
  Task<> tidy();

  EventLoop& loop_;
  StreamStates& states_;
  const Clock& clock_;
  const Broadcast broadcast_;
  const Sharing sharing_;
  std::optional<std::uint64_t> links_;               ///< when the board was first or last looked at
  std::unordered_map<std::string, Room> rooms_;      ///< by stream; those with somebody here
  std::unordered_map<std::string, Change> changed_;  ///< by stream, since the last tick
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> strangers_;  ///< without a lease, since when
  std::unordered_set<std::string> dead_;
  std::chrono::steady_clock::time_point lost_until_{};  ///< so long what is not on the board may only be lost
  bool lost_ = false;
  bool armed_ = false;
  boost::asio::steady_timer timer_;
  Ticker tidy_;
};

}  // namespace parley
