#include "core/transport.h"

#include <array>
#include <boost/asio/error.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "core/tls_context.h"
#include "support/http_samples.h"
#include "support/tls_files.h"

namespace parley {
namespace {

using boost::system::error_code;

/// A transport, and the other end of its socket as a descriptor.
struct Pair {
  explicit Pair(const TlsContext* tls = nullptr) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw std::runtime_error("socketpair");
    peer = ends[1];
    Transport::Socket socket(context, asio::generic::stream_protocol(AF_UNIX, 0), ends[0]);
    transport =
        tls ? std::make_unique<Transport>(std::move(socket), *tls) : std::make_unique<Transport>(std::move(socket));
  }
  ~Pair() {
    if (peer >= 0) ::close(peer);
  }
  void peer_sends(std::string_view bytes) const {
    ASSERT_EQ(::send(peer, bytes.data(), bytes.size(), 0), ssize_t(bytes.size()));
  }
  void peer_closes() {
    ::close(peer);
    peer = -1;
  }
  void turn() {
    context.restart();
    context.poll();
  }
  std::string read() const {
    std::array<char, 64> buffer{};
    const auto moved = transport->read_now(asio::buffer(buffer));
    return {buffer.data(), moved.bytes};
  }
  error_code read_error() const {
    std::array<char, 64> buffer{};
    return transport->read_now(asio::buffer(buffer)).error;
  }

  asio::io_context context;
  int peer = -1;
  std::unique_ptr<Transport> transport;
};

TEST(Transport, ReadingNeverWaitsAndTheWaitEndsWhenBytesCome) {
  Pair pair;
  EXPECT_EQ(pair.read_error(), asio::error::would_block);
  std::optional<error_code> readable;
  pair.transport->wait_readable([&](error_code error) { readable = error; });
  pair.turn();
  EXPECT_FALSE(readable);
  pair.peer_sends("hi");
  pair.turn();
  ASSERT_TRUE(readable);
  EXPECT_FALSE(*readable);
  EXPECT_EQ(pair.read(), "hi");
}

TEST(Transport, BytesThatCameBeforeTheWaitEndIt) {
  Pair pair;
  pair.peer_sends("hi");
  bool readable = false;
  pair.transport->wait_readable([&](error_code) { readable = true; });
  pair.turn();
  EXPECT_TRUE(readable);
}

TEST(Transport, ThePeersEndIsToldAsSuch) {
  Pair pair;
  pair.peer_closes();
  EXPECT_EQ(pair.read_error(), asio::error::eof);
}

TEST(Transport, ManyBuffersLeaveInOneWrite) {
  Pair pair;
  const std::vector<asio::const_buffer> buffers(40, asio::buffer("ab", 2));
  EXPECT_EQ(pair.transport->write_now(buffers).bytes, 80u);
  std::array<char, 100> got{};
  EXPECT_EQ(::recv(pair.peer, got.data(), got.size(), 0), 80);
}

TEST(Transport, AFullSocketBlocksAndTheWaitEndsWhenThereIsRoom) {
  Pair pair;
  const std::string bytes(1 << 20, 'x');
  const auto buffer = asio::buffer(bytes);
  Transport::Moved moved;
  while (!moved.error) moved = pair.transport->write_now({&buffer, 1});
  EXPECT_EQ(moved.error, asio::error::would_block);
  bool writable = false;
  pair.transport->wait_writable([&](error_code) { writable = true; });
  pair.turn();
  EXPECT_FALSE(writable);
  std::string sink(1 << 22, '\0');
  while (::recv(pair.peer, sink.data(), sink.size(), MSG_DONTWAIT) > 0) {
  }
  pair.turn();
  EXPECT_TRUE(writable);
}

TEST(Transport, ClosingAndCancellingEndTheWaits) {
  for (const bool close : {true, false}) {
    Pair pair;
    error_code ended;
    pair.transport->wait_readable([&](error_code error) { ended = error; });
    close ? pair.transport->close() : pair.transport->cancel();
    pair.turn();
    EXPECT_EQ(ended, asio::error::operation_aborted);
    EXPECT_EQ(pair.transport->is_open(), !close);
  }
}

TEST(Transport, ItsLeaseEndsWithIt) {
  Pair pair;
  auto lease = std::make_shared<int>(1);
  pair.transport->hold(lease);
  EXPECT_EQ(lease.use_count(), 2);
  pair.transport.reset();
  EXPECT_EQ(lease.use_count(), 1);
}

/// The peer's side of TLS, blocking, on a thread of its own.
class TlsPeer {
 public:
  explicit TlsPeer(int descriptor) : context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_)) {
    SSL_set_fd(ssl_, descriptor);
  }
  ~TlsPeer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  SSL* ssl() { return ssl_; }

 private:
  SSL_CTX* context_;
  SSL* ssl_;
};

Task<error_code> shake(Transport& transport) {
  co_return co_await transport.handshake();
}

struct OverTls : testing::Test {
  OverTls() : tls(files.certificate(), files.key()), pair(&tls), peer(pair.peer) {
    std::thread connecting([this] { EXPECT_EQ(SSL_connect(peer.ssl()), 1); });
    error_code failed = asio::error::fault;
    asio::co_spawn(pair.context, shake(*pair.transport), [&](std::exception_ptr, error_code error) { failed = error; });
    pair.context.run();
    connecting.join();
    EXPECT_FALSE(failed);
  }

  test::TlsFiles files;
  TlsContext tls;
  Pair pair;
  TlsPeer peer;
};
using ATlsTransport = OverTls;

TEST_F(ATlsTransport, WhatOneReadLeftIsReadableAtOnce) {
  EXPECT_EQ(pair.read_error(), asio::error::would_block);
  ASSERT_EQ(SSL_write(peer.ssl(), "abcdef", 6), 6);
  std::array<char, 2> two{};
  for (const auto* expected : {"ab", "cd", "ef"}) {
    bool readable = false;
    pair.transport->wait_readable([&](error_code) { readable = true; });
    pair.turn();
    EXPECT_TRUE(readable);
    EXPECT_EQ(pair.transport->read_now(asio::buffer(two)).bytes, 2u);
    EXPECT_EQ(std::string(two.data(), 2), expected);
  }
  EXPECT_EQ(pair.read_error(), asio::error::would_block);
}

TEST_F(ATlsTransport, APartOfARecordIsNothingYet) {
  bool readable = false;
  // The five bytes that begin a record; the rest does not come.
  pair.peer_sends(std::string("\x17\x03\x03\x00\x40", 5));
  EXPECT_EQ(pair.read_error(), asio::error::would_block);
  pair.transport->wait_readable([&](error_code) { readable = true; });
  pair.turn();
  EXPECT_FALSE(readable);
}

TEST_F(ATlsTransport, ManyBuffersAreOneRecord) {
  const std::vector<asio::const_buffer> buffers(40, asio::buffer("ab", 2));
  EXPECT_EQ(pair.transport->write_now(buffers).bytes, 80u);
  std::array<char, 100> got{};
  EXPECT_EQ(SSL_read(peer.ssl(), got.data(), got.size()), 80);
}

TEST_F(ATlsTransport, EverythingArrivesThroughAFullSocket) {
  const std::string bytes(3'000'000, 'x');
  std::size_t received = 0;
  std::thread reading([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::string sink(1 << 16, '\0');
    while (received < bytes.size()) {
      const int got = SSL_read(peer.ssl(), sink.data(), static_cast<int>(sink.size()));
      if (got <= 0) break;
      received += static_cast<std::size_t>(got);
    }
  });
  pair.context.restart();
  asio::co_spawn(pair.context, pair.transport->write(asio::buffer(bytes)),
                 [](std::exception_ptr, error_code error) { EXPECT_FALSE(error); });
  pair.context.run();
  reading.join();
  EXPECT_EQ(received, bytes.size());
}

TEST_F(ATlsTransport, TheEndIsSaidAndHeardOrderly) {
  pair.transport->shutdown_send();
  char byte = 0;
  EXPECT_EQ(SSL_read(peer.ssl(), &byte, 1), 0);
  EXPECT_EQ(SSL_get_error(peer.ssl(), 0), SSL_ERROR_ZERO_RETURN);
  SSL_shutdown(peer.ssl());
  EXPECT_EQ(pair.read_error(), asio::error::eof);
}

TEST_F(ATlsTransport, WhatIsNoTlsIsAnError) {
  pair.peer_sends("GET / HTTP/1.1\r\n\r\n");
  const auto error = pair.read_error();
  EXPECT_TRUE(error && error != asio::error::would_block && error != asio::error::eof) << error.message();
}

}  // namespace
}  // namespace parley
