#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace parley::test {

/// A client that sends any bytes and shows what comes back. Blocking; gives up after 5 s without news.
class RawClient {
 public:
  enum class Layer { plain, tls };

  explicit RawClient(std::uint16_t port, Layer layer = Layer::plain);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes);
  /// One response with its body (by Content-Length; none for 1xx, 204, 304, and if `without_body`).
  std::string response(bool without_body = false);
  /// All bytes up to the connection's end.
  std::string rest();
  /// Whether the peer ended the connection, orderly or by reset, within `milliseconds`.
  bool ended(int milliseconds = 5000);
  int descriptor() const { return socket_; }

 private:
  /// False at the end.
  bool receive();

  int socket_ = -1;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* ssl_ = nullptr;
  std::string received_;
};

/// "200" of "HTTP/1.1 200 OK…".
std::string status_of(const std::string& response);
std::string body_of(const std::string& response);

}  // namespace parley::test
