// How much one server carries, end to end: starts the release binary on a data folder of its own, loads it over real
// sockets on loopback, and prints what it did and what it cost. The load generator needs a core of its own.
//
//   build/release/load_bench [durable] [fanout] [idle]

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <signal.h>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "load_client.h"

namespace parley::bench {
namespace {

namespace json = boost::json;

constexpr int kPort = 18999;

/// One `parley serve` on a temporary data folder; killed and removed with the object.
class Server {
 public:
  Server() {
    char folder[] = "/tmp/parley-bench-XXXXXX";
    check(::mkdtemp(folder) != nullptr, "mkdtemp");
    folder_ = folder;
    pid_ = ::fork();
    check(pid_ >= 0, "fork");
    if (pid_ == 0) exec();
  }
  ~Server() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// User and system time so far, seconds.
  double cpu_seconds() const {
    std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::string field;
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    double ticks = 0;
    for (int i = 3; i <= 15 && fields >> field; ++i) {
      if (i >= 14) ticks += std::stod(field);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

  /// Resident memory, bytes.
  double resident() const {
    std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
    double total = 0;
    double pages = 0;
    statm >> total >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }

 private:
  [[noreturn]] void exec() const {
    // In the child, which has one thread. NOLINTBEGIN(concurrency-mt-unsafe)
    const auto set = [](const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); };
    set("PORT", std::to_string(kPort));
    set("PARLEY_DATA_DIR", folder_ + "/data");
    set("PARLEY_LOG_LEVEL", "warn");
    for (const char* limit : {"MESSAGES", "SIGN_IN", "REGISTRATIONS", "REQUESTS"}) {
      set((std::string("PARLEY_LIMIT_") + limit).c_str(), "0");
    }
    const char* binary = ::getenv("PARLEY_BINARY");
    // NOLINTEND(concurrency-mt-unsafe)
    ::execl(binary ? binary : "build/release/parley", "parley", "serve", nullptr);
    ::_exit(127);
  }

  std::string folder_;
  pid_t pid_ = -1;
};

/// One request on a connection of its own.
json::value call(const std::string& method, const std::string& path, const std::string& token, json::object body) {
  const int fd = connect_to(kPort);
  check(fd >= 0, "connect");
  const auto text = json::serialize(body);
  auto head = method + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  if (!token.empty()) head += "Authorization: Bearer " + token + "\r\n";
  if (method != "GET")
    head += "Content-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) + "\r\n";
  send_all(fd, head + "\r\n" + (method == "GET" ? "" : text));
  std::string answer;
  char buffer[16384];
  for (ssize_t got; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(got));
  ::close(fd);
  check(answer.size() > 12 && answer[9] == '2', method + " " + path + ": " + answer.substr(0, 300));
  const auto content = answer.substr(answer.find("\r\n\r\n") + 4);
  return content.empty() ? json::value() : json::parse(content);
}

void wait_until_ready() {
  const auto start = Clock::now();
  for (;;) {
    const int fd = connect_to(kPort);
    if (fd >= 0) {
      ::close(fd);
      return;
    }
    check(seconds_since(start) < 10, "the server does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

struct Account {
  std::string token;
  std::string room;
};

Account make_account() {
  call("POST", "/auth/register", "", {{"username", "bench"}, {"password", "a long bench password"}});
  const auto session = call("POST", "/auth/login", "", {{"username", "bench"}, {"password", "a long bench password"}});
  Account account{.token = std::string(session.at("access_token").as_string()), .room = {}};
  const auto room = call("POST", "/rooms", account.token, {{"name", "bench"}, {"visibility", "public"}});
  account.room = std::string(room.at("id").as_string());
  return account;
}

struct Load {
  explicit Load(std::size_t count) : epoll(::epoll_create1(0)) {
    for (std::size_t i = 0; i < count; ++i) clients.push_back(std::make_unique<Client>(account.token, kPort, epoll));
  }
  ~Load() { ::close(epoll); }

  template <class OnText>
  void run_until(const std::function<bool()>& done, OnText&& on_text) {
    bench::run_until(epoll, done, on_text);
  }

  Account account = make_account();
  int epoll;
  Clients clients;
};

std::string send_command(const Account& account, std::size_t client, std::size_t number) {
  return R"({"type":"send","ref":"r","room_id":")" + account.room + R"(","key":"k)" + std::to_string(client) + "-" +
         std::to_string(number) + R"(","content":"How do you do, says the load generator in sixty-four bytes."})";
}

void follow_room(Load& load) {
  for (auto& client : load.clients) {
    client->post(R"({"type":"subscribe","ref":"s","room_id":")" + load.account.room + R"("})");
    client->flush();
  }
  std::size_t following = 0;
  load.run_until([&] { return following == load.clients.size(); },
                 [&](Client&, std::string_view text) { following += text.find(R"("ref":"s")") != text.npos ? 1 : 0; });
}

void print_latencies(std::vector<double>& millis) {
  std::sort(millis.begin(), millis.end());
  const auto at = [&](double part) { return millis[static_cast<std::size_t>(part * double(millis.size() - 1))]; };
  std::printf("  latency ms: median %.2f, 99 %% %.2f, worst %.2f\n", at(0.5), at(0.99), at(1));
}

/// Writers that nobody reads: what the store's group commit carries.
void durable(std::size_t writers, int window, std::size_t messages) {
  const Server server;
  wait_until_ready();
  Load load(writers);
  std::vector<std::size_t> sent(writers);
  std::vector<double> millis;
  std::size_t acknowledged = 0;
  const auto each = messages / writers;
  const auto fill = [&](std::size_t index) {
    auto& client = *load.clients[index];
    for (; client.in_flight < window && sent[index] < each; ++client.in_flight) {
      client.post(send_command(load.account, index, sent[index]++));
      client.sent_at.push_back(Clock::now());
    }
    client.flush();
  };
  const auto cpu = server.cpu_seconds();
  const auto start = Clock::now();
  for (std::size_t i = 0; i < writers; ++i) fill(i);
  std::vector<std::size_t> answered(writers);
  load.run_until([&] { return acknowledged == each * writers; },
                 [&](Client& client, std::string_view text) {
                   if (text.starts_with(R"({"type":"hello")") || text.starts_with(R"({"type":"room_added")")) return;
                   check(text.starts_with(R"({"type":"reply")"), std::string(text));
                   const auto index =
                       static_cast<std::size_t>(std::find_if(load.clients.begin(), load.clients.end(),
                                                             [&](auto& c) { return c.get() == &client; }) -
                                                load.clients.begin());
                   millis.push_back(seconds_since(client.sent_at[answered[index]++]) * 1000);
                   --client.in_flight;
                   ++acknowledged;
                   fill(index);
                 });
  const auto took = seconds_since(start);
  std::printf("durable: %zu writers, window %d: %.0f messages/s acknowledged, server CPU %.0f %%\n", writers, window,
              double(acknowledged) / took, 100 * (server.cpu_seconds() - cpu) / took);
  print_latencies(millis);
}

/// One writer, many readers: what the hub carries.
void fanout(std::size_t subscribers, int window, std::size_t messages) {
  const Server server;
  wait_until_ready();
  Load load(subscribers);
  follow_room(load);
  auto& writer = *load.clients.front();
  std::size_t sent = 0;
  std::size_t delivered = 0;
  const auto fill = [&] {
    for (; writer.in_flight < window && sent < messages; ++writer.in_flight) {
      writer.post(send_command(load.account, 0, sent++));
    }
    writer.flush();
  };
  const auto cpu = server.cpu_seconds();
  const auto start = Clock::now();
  fill();
  load.run_until([&] { return delivered == messages * subscribers; },
                 [&](Client& client, std::string_view text) {
                   if (text.starts_with(R"({"type":"message")")) {
                     ++delivered;
                   } else if (&client == &writer && text.starts_with(R"({"type":"reply")")) {
                     --client.in_flight;
                     fill();
                   }
                 });
  const auto took = seconds_since(start);
  const auto cpu_took = server.cpu_seconds() - cpu;
  std::printf("fanout: %zu subscribers: %.0f deliveries/s, server CPU %.0f %%: %.2f us of a core a delivery\n",
              subscribers, double(delivered) / took, 100 * cpu_took / took, 1e6 * cpu_took / double(delivered));
}

/// Connections that follow a room in which nothing happens.
void idle(std::size_t connections) {
  const Server server;
  wait_until_ready();
  const auto alone = server.resident();
  Load load(connections);
  follow_room(load);
  // What the opening needed for a moment is given back, or used again.
  std::this_thread::sleep_for(std::chrono::seconds(3));
  const auto resident = server.resident();
  std::printf("idle: %.1f MiB alone, %.1f MiB with %zu connections: %.2f KiB a connection\n", alone / (1 << 20),
              resident / (1 << 20), connections, (resident - alone) / 1024 / double(connections));
}

int run(std::vector<std::string> scenarios) {
  rlimit limit{.rlim_cur = 60000, .rlim_max = 60000};
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (scenarios.empty()) scenarios = {"durable", "fanout", "idle"};
  for (const auto& scenario : scenarios) {
    if (scenario == "durable") {
      durable(1, 1, 2000);
      durable(32, 32, 200000);
    } else if (scenario == "fanout") {
      fanout(1000, 64, 5000);
    } else if (scenario == "idle") {
      idle(10000);
    } else {
      std::fprintf(stderr, "no scenario %s: durable, fanout, idle\n", scenario.c_str());
      return 2;
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  try {
    return parley::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "load_bench: %s\n", e.what());
    return 1;
  }
}
