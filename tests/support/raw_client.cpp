#include "support/raw_client.h"

#include <arpa/inet.h>
#include <cctype>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace parley::test {
namespace {

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("can't connect");
  }
  const timeval patience{5, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return socket;
}

std::size_t content_length(std::string_view head) {
  std::string lower;
  for (const char c : head) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto at = lower.find("\r\ncontent-length: ");
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 18));
}

}  // namespace

RawClient::RawClient(std::uint16_t port, Layer layer) : socket_(connect_to(port)) {
  if (layer == Layer::plain) return;
  context_ = SSL_CTX_new(TLS_client_method());
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, socket_);
  if (SSL_connect(ssl_) != 1) throw std::runtime_error("the TLS handshake failed");
}

RawClient::~RawClient() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  ::close(socket_);
}

void RawClient::send(std::string_view bytes) {
  if (ssl_) {
    SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    return;
  }
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the peer has had enough; what it said is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawClient::receive() {
  char buffer[65536];
  const auto got = ssl_ ? SSL_read(ssl_, buffer, sizeof buffer) : ::recv(socket_, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  received_.append(buffer, static_cast<std::size_t>(got));
  return true;
}

std::string RawClient::response(bool without_body) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return std::exchange(received_, {});
  }
  const std::string_view head(received_.data(), end + 2);
  std::size_t size = end + 4;
  if (!without_body) size += content_length(head);
  while (received_.size() < size && receive()) {
  }
  std::string response = received_.substr(0, size);
  received_.erase(0, size);
  return response;
}

std::string RawClient::rest() {
  while (receive()) {
  }
  return std::exchange(received_, {});
}

bool RawClient::ended(int milliseconds) {
  for (;;) {
    pollfd waited{socket_, POLLIN, 0};
    if (::poll(&waited, 1, milliseconds) <= 0) return false;
    if (!receive()) return true;
  }
}

std::string status_of(const std::string& response) {
  return response.substr(0, 12).substr(9);
}

std::string body_of(const std::string& response) {
  return response.substr(response.find("\r\n\r\n") + 4);
}

}  // namespace parley::test
