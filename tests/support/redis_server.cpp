#include "support/redis_server.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace parley::test {
namespace {

sockaddr_in local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Closes itself.
struct Descriptor {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(fd); }
};

}  // namespace

int free_port() {
  const Descriptor socket;
  auto address = local(0);
  socklen_t size = sizeof address;
  if (::bind(socket.fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  return ntohs(address.sin_port);
}

RedisServer::RedisServer(Speaks speaks) : speaks_(speaks), plain_port_(free_port()) {
  address_.host = speaks == Speaks::tls ? "localhost" : "127.0.0.1";
  address_.port = static_cast<std::uint16_t>(speaks == Speaks::tls ? free_port() : plain_port_);
  address_.tls = speaks == Speaks::tls;
  if (address_.tls) address_.tls_ca = certificate();
  start();
}

RedisServer::~RedisServer() {
  kill();
}

std::vector<std::string> RedisServer::arguments() const {
  std::vector<std::string> words{"redis-server",
                                 "--port",
                                 std::to_string(plain_port_),
                                 "--bind",
                                 "127.0.0.1",
                                 "::1",
                                 "--save",
                                 "",
                                 "--appendonly",
                                 "no",
                                 "--daemonize",
                                 "no",
                                 "--loglevel",
                                 "warning",
                                 "--dir",
                                 folder_.path().string(),
                                 "--logfile",
                                 (folder_ / "log").string()};
  if (speaks_ == Speaks::tls) {
    for (const auto& word :
         {std::string("--tls-port"), std::to_string(address_.port), std::string("--tls-cert-file"),
          tls_files_.certificate(), std::string("--tls-key-file"), tls_files_.key(), std::string("--tls-ca-cert-file"),
          tls_files_.certificate(), std::string("--tls-auth-clients"), std::string("no")}) {
      words.push_back(word);
    }
  }
  return words;
}

void RedisServer::start() {
  auto words = arguments();
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!answers()) {
    if (::waitpid(process_, nullptr, WNOHANG) == process_ || std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("redis-server does not start (is it installed?): " + test::read_text(folder_ / "log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void RedisServer::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void RedisServer::pause() {
  ::kill(process_, SIGSTOP);
}

void RedisServer::resume() {
  ::kill(process_, SIGCONT);
}

bool RedisServer::answers() {
  try {
    const auto answer = command("PING");
    return answer.starts_with("+PONG") || answer.starts_with("-NOAUTH");
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string RedisServer::command(const std::string& line) {
  const Descriptor socket;
  const auto address = local(plain_port_);
  if (::connect(socket.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("redis-server is away");
  }
  const auto sent = line + "\r\n";
  if (::send(socket.fd, sent.data(), sent.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(sent.size())) {
    throw std::runtime_error("redis-server went away");
  }
  const auto read_byte = [&] {
    char byte = '\n';
    return ::recv(socket.fd, &byte, 1, 0) == 1 ? byte : '\n';
  };
  std::string answer;
  for (char byte = read_byte(); byte != '\n'; byte = read_byte()) answer += byte;
  if (!answer.empty() && answer.back() == '\r') answer.pop_back();
  if (!answer.starts_with('$')) return answer;
  std::string text(std::stoul(answer.substr(1)), '\0');
  for (char& byte : text) byte = read_byte();
  return text;
}

}  // namespace parley::test
