#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <string>
#include <unordered_map>

#include "core/event_loop.h"
#include "models/room.h"
#include "streams/appender.h"

namespace parley {

/// What users learn by their own streams. For each user, notices are appended in the order of the calls, each tried
/// again (under the same key, so never twice) until it is in the stream, or the server stops. Io thread.
///
/// Bound: kMaxWaiting notices in all; beyond, a notice is dropped and logged. Clients also learn from their list of
/// rooms, which they load when they connect.
class UserNotices {
 public:
  static constexpr std::size_t kMaxWaiting = 100000;

  UserNotices(EventLoop& loop, Appender& appender);

  /// `cause`: the room's entry by which it happened.
  void room_added(const std::string& user_id, const RoomView& room, const Entry& cause);
  void room_removed(const std::string& user_id, const Entry& cause);
  /// By the user's own doing, or another's.
  void session_ended(const std::string& user_id, const std::string& username, const std::string& session_id);

  std::size_t waiting() const { return waiting_; }

  /// Before the appender stops: returns when nothing waits any more, at the latest after `most`.
  Task<> drain(std::chrono::milliseconds most);

 private:
  void post(Proposal notice);
  void submit_first(const std::string& stream);
  void on_done(const std::string& stream, const Result<Appended>& result);
  void retry_later(const std::string& stream);
  void retry();

  Appender& appender_;
  std::unordered_map<std::string, std::deque<Proposal>> queues_;  ///< by stream; the first of each is under way
  std::deque<std::string> to_retry_;
  std::size_t waiting_ = 0;
  boost::asio::steady_timer timer_;
};

}  // namespace parley
