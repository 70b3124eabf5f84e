#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "client_codec.h"

/// What the load generators share: WebSocket clients on loopback that never block, and the loop that serves them.
namespace parley::bench {

using Clock = std::chrono::steady_clock;

constexpr auto kGiveUp = std::chrono::seconds(60);

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

inline void check(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

inline int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  check(fd >= 0, "socket: out of descriptors?");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

inline void send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    check(sent > 0, "send");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// A WebSocket client that never blocks.
class Client {
 public:
  Client(const std::string& token, int port, int epoll) : fd_(connect_to(port)) {
    check(fd_ >= 0, "connect");
    send_all(fd_,
             "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: parley.v1\r\nAuthorization: Bearer " +
                 token + "\r\n\r\n");
    read_handshake();
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
    epoll_event event{.events = EPOLLIN, .data = {.ptr = this}};
    check(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd_, &event) == 0, "epoll_ctl");
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void post(std::string_view text) { append_frame(out_, Opcode::text, text, 0x12345678); }

  void flush() {
    while (!out_.empty()) {
      const auto sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      out_.erase(0, static_cast<std::size_t>(sent));
    }
  }

  template <class OnText>
  void read(OnText&& on_text) {
    static char buffer[1 << 18];
    for (;;) {
      const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
      if (got < 0 && errno == EAGAIN) return;
      check(got > 0, "the server closed a connection");
      const bool good = reader_.feed({buffer, static_cast<std::size_t>(got)}, [&](const ServerFrame& frame) {
        check(frame.opcode != Opcode::close, "the server closes: " + std::string(frame.payload));
        if (frame.opcode == Opcode::text) on_text(frame.payload);
      });
      check(good, "a bad frame");
      if (got < static_cast<ssize_t>(sizeof buffer)) return;
    }
  }

  int in_flight = 0;
  std::size_t received = 0;
  std::vector<Clock::time_point> sent_at;

 private:
  void read_handshake() {
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n")) {
      check(::recv(fd_, &byte, 1, 0) == 1, "the handshake was cut");
      head += byte;
    }
    check(head.starts_with("HTTP/1.1 101"), head);
  }

  int fd_;
  std::string out_;
  FrameReader reader_;
};

using Clients = std::vector<std::unique_ptr<Client>>;

/// Serves the clients of an epoll until `done`; gives up when nothing has come about for too long.
template <class OnText>
void run_until(int epoll, const std::function<bool()>& done, OnText&& on_text) {
  const auto start = Clock::now();
  std::vector<epoll_event> events(512);
  while (!done()) {
    check(Clock::now() - start < kGiveUp, "gave up after 60 s");
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < count; ++i) {
      auto* client = static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
      client->read([&](std::string_view text) { on_text(*client, text); });
      client->flush();
    }
  }
}

}  // namespace parley::bench
