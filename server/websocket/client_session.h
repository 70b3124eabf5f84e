#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/event_loop.h"
#include "core/metrics.h"
#include "core/result.h"
#include "core/task.h"
#include "core/time.h"
#include "models/identity.h"
#include "streams/hub.h"
#include "streams/proposal.h"
#include "websocket/commands.h"
#include "websocket/send_gates.h"

namespace parley {
class Authenticator;
class MessageService;
class RateLimits;
}  // namespace parley

namespace parley::websocket {

class Connection;

/// What the client protocol needs of the layers below. Outlives all connections.
struct ClientServices {
  EventLoop& loop;
  Hub& hub;
  Authenticator& authenticator;
  MessageService& messages;
  RateLimits& limits;
  const Clock& clock;
  Metrics& metrics;
  /// The user as hello shows them, JSON.
  std::function<Task<std::string>(Identity)> user_json;
};

/// The client protocol (DESIGN section 4) of one connection. Messages are taken one at a time up to their
/// enqueueing, so that one sender's order holds; while a command waits for the store, the connection is paused.
///
/// Bounds: kMaxSendsInFlight sends without an answer, then the connection is paused; kMaxSubscriptions rooms. Who
/// goes on after kFloodRefusals refusals for their rate is closed with 4029.
class ClientSession {
 public:
  static constexpr std::size_t kMaxSendsInFlight = 256;
  static constexpr std::size_t kMaxSubscriptions = 2000;
  static constexpr int kFloodRefusals = 1000;

  ClientSession(Connection& connection, const ClientServices& services, Identity identity, std::string id);

  const Identity& identity() const { return identity_; }
  const std::string& id() const { return id_; }
  bool has_expired() const;

  /// Says hello and follows the user's own stream; messages wait until then.
  void start();
  void on_message(std::string_view text);
  void forget_subscription(const std::string& stream);
  /// Closes the connection of a session that was ended, or whose account was disabled.
  void close_ended(bool account_disabled);

  /// The connection is closing: every subscription ends.
  void end();

 private:
  using Work = Task<Result<std::string>> (ClientSession::*)(Command);

  void run(Work work, Command command);
  Task<> run_paused(std::shared_ptr<Connection> connection, Work work, Command command);
  Task<Result<std::string>> subscribe(Command command);
  Task<Result<std::string>> typing(Command command);
  Task<Result<std::string>> renew(Command command);
  Task<> hello(std::shared_ptr<Connection> connection);
  Task<Result<void>> confirm();
  void unsubscribe(const Command& command);
  void send(Command command);
  void on_sent(const Command& command, const Result<Appended>& result);
  void refuse_command(std::string_view ref, const Error& error);
  void update_pause();

  Connection& connection_;
  const ClientServices& services_;
  Identity identity_;
  const std::string id_;
  std::unordered_set<std::string> subscriptions_;
  SendGates gates_;
  std::size_t sends_in_flight_ = 0;
  int refusals_ = 0;  ///< for the rate, since something was accepted
  bool command_waits_ = false;
  bool ended_ = false;
};

}  // namespace parley::websocket
