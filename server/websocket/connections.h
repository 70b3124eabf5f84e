#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/event_loop.h"
#include "core/metrics.h"
#include "core/task.h"
#include "models/state_change.h"
#include "websocket/client_session.h"
#include "websocket/connection.h"

namespace parley::websocket {

/// A connection whose handshake has succeeded.
struct Handover {
  std::unique_ptr<Transport> transport;
  std::string leftover;  ///< bytes that came behind the handshake
  Identity identity;
  std::string request_id;
};

/// All WebSocket connections of this process: made, found by user, kept alive, ended. Io thread.
class Connections {
 public:
  struct Settings {
    std::size_t queue_bound = SendQueue::kDefaultBound;  ///< bytes a connection may hold of the server's memory
  };
  Connections(EventLoop& loop, ClientServices services, Settings settings, Metrics& metrics);

  void open(Handover handover);

  /// A session or personal access token has ended: its connections are closed with 4003 or 4001.
  void end_session(const std::string& user_id, const EndedSession& ended);

  std::size_t size() const { return all_.size(); }

  /// Closes all with 1001 and returns when they are gone, at the latest 3 s later.
  Task<> stop();

  // For Connection:
  EventLoop& loop() { return loop_; }
  std::span<char> read_buffer() { return read_buffer_; }
  Metrics& metrics() { return metrics_; }
  void on_closing(const std::shared_ptr<Connection>& connection, CloseCode code);
  void on_closed(const std::shared_ptr<Connection>& connection);

 private:
  void watch();
  void look_after_all();
  std::vector<std::shared_ptr<Connection>> of_user(const std::string& user_id) const;

  EventLoop& loop_;
  const ClientServices services_;
  const Settings settings_;
  Metrics& metrics_;
  std::vector<char> read_buffer_;
  std::unordered_set<std::shared_ptr<Connection>> all_;
  std::unordered_map<std::string, std::vector<Connection*>> by_user_;
  bool stopping_ = false;
  boost::asio::steady_timer timer_;
};

}  // namespace parley::websocket
