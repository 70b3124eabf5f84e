#include "cli/control_client.h"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace parley::cli {
namespace {

constexpr std::chrono::minutes kMostCommandTime{60};

[[noreturn]] void fail(const std::filesystem::path& socket, int error) {
  throw std::system_error(error, std::generic_category(), socket.string());
}

/// Nothing where there is no socket, or nobody behind it (what a killed server leaves).
std::optional<File> connect_to(const std::filesystem::path& socket) {
  if (!std::filesystem::exists(socket)) return std::nullopt;
  const SocketPath path(socket);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.text().data(), path.text().size());
  File connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.fd() < 0) fail(socket, errno);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(connection.fd(), where, sizeof address) == 0) return connection;
  if (errno == ECONNREFUSED || errno == ENOENT) return std::nullopt;
  fail(socket, errno);
}

void send_all(const std::filesystem::path& socket, const File& connection, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(connection.fd(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail(socket, errno);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void wait_readable(const std::filesystem::path& socket, const File& connection) {
  pollfd waiting{connection.fd(), POLLIN, 0};
  const auto most = std::chrono::duration_cast<std::chrono::milliseconds>(kMostCommandTime).count();
  const int ready = ::poll(&waiting, 1, static_cast<int>(most));
  if (ready < 0 && errno != EINTR) fail(socket, errno);
  if (ready == 0) fail(socket, ETIMEDOUT);
}

std::string receive_line(const std::filesystem::path& socket, const File& connection) {
  std::string line;
  char buffer[4096];
  while (line.size() <= kMostAnswerBytes) {
    wait_readable(socket, connection);
    const auto got = ::recv(connection.fd(), buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(socket, errno);
    if (got == 0) break;
    line.append(buffer, static_cast<std::size_t>(got));
    if (line.back() == '\n') return line;
  }
  return {};
}

}  // namespace

std::optional<Result<boost::json::object>> ask_server(const std::filesystem::path& socket,
                                                      const ControlRequest& request) {
  const auto connection = connect_to(socket);
  if (!connection) return std::nullopt;
  send_all(socket, *connection, request_line(request));
  const auto line = receive_line(socket, *connection);
  if (line.empty()) {
    return refuse(Code::outcome_unknown, "the server went away before it answered; look whether it was done");
  }
  return parse_answer(line);
}

}  // namespace parley::cli
