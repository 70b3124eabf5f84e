#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "api/deadline.h"
#include "api/edge.h"
#include "api/response_text.h"
#include "core/transport.h"

namespace parley::api {

/// How long things may take.
struct HttpTimes {
  using Seconds = std::chrono::steady_clock::duration;
  Seconds handshake = std::chrono::seconds(10);  ///< TLS
  Seconds head = std::chrono::seconds(10);       ///< from a request's first byte to the end of its head
  Seconds body = std::chrono::seconds(20);       ///< from there to the end of its body
  Seconds idle = std::chrono::seconds(60);       ///< between requests
  Seconds stalled = std::chrono::seconds(30);    ///< an answer of which the peer takes nothing
  Seconds linger = std::chrono::seconds(2);      ///< for what the peer is still sending after the last answer
};

struct HttpLimits {
  HeadLimits head{};
  HttpTimes times{};
  std::size_t connections = 20'000;  ///< open ones, WebSockets included; also kept below the descriptors there are
};

/// One connection while it speaks HTTP: reads a request, has it answered, writes the answer, one after the other,
/// so that pipelined requests are answered in order. While idle it holds no buffer. Owned by its coroutine.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  /// `edge` outlives the connection.
  HttpConnection(std::unique_ptr<Transport> transport, Peer peer, Edge& edge, const HttpLimits& limits);

  /// Serves until the connection ends or becomes a WebSocket.
  Task<> run();

  /// Lets what is in flight finish, and closes then; an idle connection at once.
  void finish();
  /// Closes now.
  void abort();

 private:
  /// Whether another request may follow.
  Task<bool> serve_one();
  /// Whether a whole head has arrived; otherwise the answer to give, if any, has been given.
  Task<bool> receive_head();
  Task<bool> receive_body();
  /// Waits for bytes and feeds them to the reader; false at the end, on errors, and when the deadline expired.
  Task<bool> receive_some();
  Task<> upgrade();
  Task<bool> refuse_request(Error error);
  Task<bool> send(Response response, Delivery delivery);
  Task<bool> write(std::string_view head, std::string_view body);
  Task<> drain();

  std::unique_ptr<Transport> transport_;
  const Peer peer_;
  Edge& edge_;
  const HttpLimits& limits_;
  RequestReader reader_;
  Deadline deadline_;
  bool finishing_ = false;
  bool idle_ = false;
  bool lingers_ = false;  ///< the last answer has been sent, and the peer may still be sending
};

}  // namespace parley::api
