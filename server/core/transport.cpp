#include "core/transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "core/tls_client_context.h"
#include "core/tls_context.h"

namespace parley {
namespace {

using boost::system::error_code;

constexpr std::size_t kRecord = 16 * 1024;  // RFC 8446 section 5.1: the most one record carries

/// A record's worth of the buffers in one piece: small frames must not become small records.
asio::const_buffer gathered(std::span<const asio::const_buffer> buffers, std::array<char, kRecord>& scratch) {
  if (buffers.size() == 1) return asio::buffer(buffers[0], kRecord);
  std::size_t size = 0;
  for (const auto& buffer : buffers) {
    const std::size_t part = std::min(buffer.size(), scratch.size() - size);
    if (part != 0) std::memcpy(scratch.data() + size, buffer.data(), part);
    size += part;
  }
  return asio::buffer(scratch.data(), size);
}

/// SSL_get_error looks at the queue and at errno: neither may hold what an earlier call left.
void clear_errors() {
  ERR_clear_error();
  errno = 0;
}

}  // namespace

void Transport::FreeSsl::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

Transport::Transport(Socket socket) : socket_(std::move(socket)) {
  error_code ignored;  // on a socket that has died already the first read says so
  socket_.non_blocking(true, ignored);
}

Transport::Transport(Socket socket, const TlsContext& tls) : Transport(std::move(socket)) {
  use_tls(tls.native());
  SSL_set_accept_state(ssl_.get());
}

Transport::Transport(Socket socket, const TlsClientContext& tls, const std::string& server_name)
    : Transport(std::move(socket)) {
  use_tls(tls.native());
  SSL_set_connect_state(ssl_.get());
  // RFC 6066 section 3: no IP address in SNI.
  const bool is_ip = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), server_name.c_str()) == 1;
  const bool set = is_ip || (SSL_set_tlsext_host_name(ssl_.get(), server_name.c_str()) == 1 &&
                             SSL_set1_host(ssl_.get(), server_name.c_str()) == 1);
  if (!set) throw std::bad_alloc();  // without a name to check, anybody's certificate would do
}

void Transport::use_tls(ssl_ctx_st* context) {
  ssl_.reset(SSL_new(context));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1) throw std::bad_alloc();
}

Transport::~Transport() = default;

Task<error_code> Transport::handshake() {
  if (!ssl_) co_return error_code();
  for (;;) {
    if (!is_open()) co_return asio::error::operation_aborted;
    clear_errors();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) break;
    if (const auto error = tls_error(result, Direction::read); error != asio::error::would_block) co_return error;
    if (const auto error = co_await readable()) co_return error;
  }
  tls_established_ = true;
  co_return error_code();
}

std::string Transport::distrust() const {
  const long verdict = ssl_ ? SSL_get_verify_result(ssl_.get()) : X509_V_OK;
  return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

Transport::Moved Transport::read_now(asio::mutable_buffer buffer) {
  Moved moved;
  if (!ssl_) {
    moved.bytes = socket_.read_some(buffer, moved.error);
    return moved;
  }
  if (!is_open()) return {asio::error::bad_descriptor, 0};
  clear_errors();
  const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &moved.bytes);
  if (result != 1) return {tls_error(result, Direction::read), 0};
  read_waits_for_ = Socket::wait_read;
  return moved;
}

Transport::Moved Transport::write_now(std::span<const asio::const_buffer> buffers) {
  Moved moved;
  if (!ssl_) {
    moved.bytes = socket_.write_some(buffers, moved.error);
    return moved;
  }
  if (!is_open()) return {asio::error::bad_descriptor, 0};
  static thread_local std::array<char, kRecord> scratch;
  const auto record = gathered(buffers, scratch);
  if (record.size() == 0) return moved;
  clear_errors();
  const int result = SSL_write_ex(ssl_.get(), record.data(), record.size(), &moved.bytes);
  if (result != 1) return {tls_error(result, Direction::write), 0};
  write_waits_for_ = Socket::wait_write;
  return moved;
}

error_code Transport::tls_error(int result, Direction direction) {
  auto& waits_for = direction == Direction::read ? read_waits_for_ : write_waits_for_;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      waits_for = Socket::wait_read;
      return asio::error::would_block;
    case SSL_ERROR_WANT_WRITE:
      waits_for = Socket::wait_write;
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    case SSL_ERROR_SYSCALL:
      tls_established_ = false;  // after a fatal error SSL_shutdown must not be called
      return errno == 0 ? error_code(asio::error::eof) : error_code(errno, boost::system::system_category());
    default:
      tls_established_ = false;
      ERR_clear_error();
      return boost::system::errc::make_error_code(boost::system::errc::protocol_error);
  }
}

bool Transport::has_decrypted() const {
  return ssl_ && SSL_pending(ssl_.get()) > 0;
}

Task<error_code> Transport::readable() {
  if (has_decrypted()) co_return error_code();
  const auto [error] = co_await socket_.async_wait(read_waits_for_, kAwait);
  co_return error;
}

Task<error_code> Transport::writable() {
  const auto [error] = co_await socket_.async_wait(write_waits_for_, kAwait);
  co_return error;
}

Task<Transport::Moved> Transport::read_some(asio::mutable_buffer buffer) {
  for (;;) {
    const auto moved = read_now(buffer);
    if (moved.error != asio::error::would_block) co_return moved;
    const auto error = co_await readable();
    if (error) co_return Moved{error, 0};
  }
}

Task<error_code> Transport::write(asio::const_buffer buffer) {
  while (buffer.size() != 0) {
    const auto moved = write_now({&buffer, 1});
    buffer += moved.bytes;
    if (moved.error == asio::error::would_block) {
      const auto error = co_await writable();
      if (error) co_return error;
    } else if (moved.error) {
      co_return moved.error;
    }
  }
  co_return error_code();
}

void Transport::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Transport::shutdown_send() {
  if (!is_open()) return;
  if (tls_established_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Transport::close() {
  error_code ignored;
  socket_.close(ignored);
}

void Transport::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace parley
