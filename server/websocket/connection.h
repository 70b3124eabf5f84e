#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "core/transport.h"
#include "streams/subscriber.h"
#include "websocket/decoder.h"
#include "websocket/send_queue.h"

namespace parley::websocket {

class ClientSession;
class Connections;

/// One WebSocket connection after its handshake: bytes in, text messages to its ClientSession; frames out, gathered
/// into one write a turn. It holds no buffer while idle: all connections read into one of the process's. Io thread.
///
/// A connection that can't keep up is closed with 4008 when its queue's bound is reached; what could not be sent
/// within kCloseTimeout is dropped with a reset.
class Connection final : public Subscriber, public Flushable, public std::enable_shared_from_this<Connection> {
 public:
  static constexpr std::chrono::seconds kCloseTimeout{2};
  static constexpr std::chrono::seconds kQuietBeforePing{15};
  static constexpr std::chrono::seconds kQuietUntilDead{26};  ///< looked at every 2 s: noticed within 30 s

  Connection(Connections& owner, std::unique_ptr<Transport> transport, std::size_t queue_bound);
  ~Connection() override;

  /// `leftover`: bytes that came behind the handshake.
  void start(std::unique_ptr<ClientSession> session, std::string leftover);

  ClientSession& session() { return *session_; }
  bool is_open() const { return state_ == State::open; }

  /// Queues a frame for the end of this turn. Nothing happens once the connection is closing.
  void send(Frame frame);
  void send_text(std::string_view json);

  /// No further message is handed to the session until resume(). Both may be called from inside on_message.
  void pause() { paused_ = true; }
  void resume();

  /// Sends a close frame behind what has been begun, drops the rest, and ends the connection. The session is told at
  /// once. Only the first call counts.
  void close(CloseCode code, std::string_view reason);

  /// Pings, or ends, a connection from which nothing has been heard. Every 2 s.
  void check_alive(std::chrono::steady_clock::time_point now);

  // Subscriber
  const std::string& user_id() const override;
  const std::string& username() const override;
  void deliver(const Frame& frame) override;
  void subscription_ended(const std::string& stream) override;
  bool has_room() const override { return queue_.held_bytes() < queue_bound_ / 2; }
  Task<bool> drained() override;

  void flush() override;

 private:
  enum class State : std::uint8_t { open, closing, closed };

  void wait_readable();
  void on_readable();
  bool read_once();
  void take(std::span<char> input);
  void take_held();
  void on_event(const Event& event);
  void write_pending();
  void wait_writable();
  void wake_drained();
  void begin_closing(CloseCode code, std::string_view reason);
  void sent_everything();
  void end();

  Connections& owner_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<ClientSession> session_;
  Decoder decoder_;
  SendQueue queue_;
  const std::size_t queue_bound_;
  std::string held_;  ///< input that waits for resume()
  std::vector<std::function<void()>> on_drained_;
  std::unique_ptr<boost::asio::steady_timer> close_timer_;
  std::chrono::steady_clock::time_point heard_;
  State state_ = State::open;
  bool paused_ = false;
  bool taking_ = false;
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool pinged_ = false;
  bool fin_sent_ = false;
};

}  // namespace parley::websocket
