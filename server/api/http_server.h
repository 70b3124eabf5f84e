#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "api/http_connection.h"
#include "core/descriptors.h"
#include "core/event_loop.h"

namespace parley::api {

/// Listens, and serves what it accepts with one edge. A process has one for each purpose (the product; metrics).
/// Io thread only. Outlives the event loop's run().
class HttpServer {
 public:
  /// `edge`, `tls` (null: plain) and `metrics` (null: not counted) outlive the server.
  HttpServer(EventLoop& loop, Edge& edge, HttpLimits limits, const TlsContext* tls, Metrics* metrics);
  ~HttpServer();

  /// Binds; may be called several times. Port 0 is any free one. Gives the port; throws std::runtime_error with
  /// one line that says what is in the way.
  std::uint16_t listen(const std::string& address, std::uint16_t port);

  /// Starts to accept on all that listen() has bound.
  void start();

  /// Who comes now is refused; the port is free. Who is there goes on.
  void stop_accepting();

  /// Stops to accept, closes idle connections, lets requests in flight finish, and closes after `patience` what is
  /// still there. WebSockets are their owner's.
  Task<> stop(std::chrono::steady_clock::duration patience);

  /// Open connections, WebSockets included.
  std::size_t open() const { return *open_; }

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
  using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

  Task<> accept_loop(std::shared_ptr<Acceptor> acceptor);
  Task<> turn_away(std::shared_ptr<Acceptor> acceptor, boost::system::error_code why);
  void accepted(Socket socket);
  void begin(Socket socket, const asio::ip::tcp::endpoint& endpoint);
  void refuse(Transport& transport);
  Task<> serve(std::shared_ptr<HttpConnection> connection);
  Task<> wait_until_empty(std::chrono::steady_clock::duration patience);
  std::shared_ptr<const void> lease();
  bool may_complain();

  EventLoop& loop_;
  Edge& edge_;
  HttpLimits limits_;
  bool few_descriptors_ = false;  ///< they, and not the limit asked for, bound the connections
  const TlsContext* tls_;
  Metrics* metrics_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  using Connections = std::unordered_set<HttpConnection*>;
  /// Those that speak HTTP. Shared with their coroutines: those that never end are destroyed with the event loop.
  std::shared_ptr<Connections> connections_ = std::make_shared<Connections>();
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
  SpareDescriptor spare_;
  std::chrono::steady_clock::time_point complained_{};  ///< when it was last logged that some are turned away
};

}  // namespace parley::api
