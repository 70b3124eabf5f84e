#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <span>
#include <string>

#include "core/task.h"

struct ssl_ctx_st;
struct ssl_st;

namespace parley {

class TlsClientContext;
class TlsContext;

/// One connection, plain or TLS, read and written without ever blocking: try, and on would_block wait.
/// So an idle connection holds no buffer: wait_readable(), then read_now() into a buffer that all share. HTTP
/// and the WebSocket use the same object; the handover moves the unique_ptr. Io thread only.
///
/// Waits in the callback style don't keep the transport alive: the handler holds whoever owns it. At most one
/// wait for each direction at a time.
class Transport {
 public:
  using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;

  /// What a read or write did. `error` is asio::error::would_block where nothing could be moved now, and
  /// asio::error::eof where the peer has ended its side (TLS: also without close_notify).
  struct Moved {
    boost::system::error_code error{};
    std::size_t bytes = 0;
  };

  explicit Transport(Socket socket);
  /// The server's side of TLS; call handshake() before anything else. `tls` outlives the transport.
  Transport(Socket socket, const TlsContext& tls);
  /// The client's side: the peer has to prove that it is `server_name`, a host name (sent as SNI) or an IP address.
  Transport(Socket socket, const TlsClientContext& tls, const std::string& server_name);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Completes at once where there is no TLS. No deadline of its own: close() ends it.
  Task<boost::system::error_code> handshake();
  /// Why the peer's certificate was not believed; empty where it was, or none was looked at.
  std::string distrust() const;

  /// Reads what has arrived, at most `buffer`. Never waits.
  Moved read_now(asio::mutable_buffer buffer);

  /// Writes as much as the kernel takes, all buffers in one call (plain: one writev, at most 64 buffers; TLS: one
  /// record of at most 16 KiB). May be short. After a short write or would_block the next call has to begin with
  /// the very bytes that are left (TLS has them encrypted already).
  Moved write_now(std::span<const asio::const_buffer> buffers);

  /// Calls `handler(error_code)` when a read may succeed; operation_aborted after cancel() or close().
  template <class Handler>
  void wait_readable(Handler&& handler) {
    if (has_decrypted()) {
      asio::post(socket_.get_executor(),
                 [h = std::forward<Handler>(handler)]() mutable { h(boost::system::error_code()); });
    } else {
      socket_.async_wait(read_waits_for_, std::forward<Handler>(handler));
    }
  }

  /// Calls `handler(error_code)` when a write may succeed.
  template <class Handler>
  void wait_writable(Handler&& handler) {
    socket_.async_wait(write_waits_for_, std::forward<Handler>(handler));
  }

  /// The same as coroutines. read_some() completes with at least one byte or an error; write() writes all.
  Task<Moved> read_some(asio::mutable_buffer buffer);
  Task<boost::system::error_code> write(asio::const_buffer buffer);
  Task<boost::system::error_code> readable();
  Task<boost::system::error_code> writable();

  /// Ends the waits with operation_aborted; the connection stays.
  void cancel();
  /// Says that nothing more will be sent (TLS: close_notify, if it can be sent now; then FIN).
  void shutdown_send();
  /// Ends the waits and frees the descriptor. Idempotent.
  void close();
  /// As close(), but drops what the kernel has not sent yet and resets the connection.
  void reset();

  bool is_open() const { return socket_.is_open(); }
  bool is_tls() const { return ssl_ != nullptr; }
  asio::any_io_executor executor() { return socket_.get_executor(); }

  /// Holds `lease` until the transport is destroyed: how a listener counts what it has accepted.
  void hold(std::shared_ptr<const void> lease) { lease_ = std::move(lease); }

 private:
  void use_tls(ssl_ctx_st* context);

  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };
  enum class Direction { read, write };

  bool has_decrypted() const;
  /// What an OpenSSL call that returned `result` means; notes which readiness the direction waits for.
  boost::system::error_code tls_error(int result, Direction direction);

  std::shared_ptr<const void> lease_;  // goes last: the descriptor is free when the listener hears of it
  Socket socket_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  Socket::wait_type read_waits_for_ = Socket::wait_read;
  Socket::wait_type write_waits_for_ = Socket::wait_write;
  bool tls_established_ = false;
};

}  // namespace parley
