// Load on a cluster that runs: writers and readers spread over its instances, for some seconds, as bench/cluster starts
// it.
//
//   build/release/cluster_load SECONDS WINDOW WRITERS READERS PORT[,PORT]... < lines of "token room"
//
// Each room has WRITERS writers and READERS readers, one after the other on the ports in turn. Prints one JSON line.

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <sstream>

#include "load_client.h"

namespace parley::bench {
namespace {

struct Room {
  std::string token;
  std::string id;
};

struct Plan {
  double seconds = 0;
  int window = 0;
  int writers = 0;
  int readers = 0;
  std::vector<int> ports;
  std::vector<Room> rooms;
};

Plan read_plan(int argc, char** argv) {
  check(argc == 6, "usage: cluster_load SECONDS WINDOW WRITERS READERS PORT[,PORT]... < rooms");
  Plan plan{.seconds = std::stod(argv[1]),
            .window = std::stoi(argv[2]),
            .writers = std::stoi(argv[3]),
            .readers = std::stoi(argv[4]),
            .ports = {},
            .rooms = {}};
  std::istringstream ports(argv[5]);
  for (std::string port; std::getline(ports, port, ',');) plan.ports.push_back(std::stoi(port));
  for (Room room; std::cin >> room.token >> room.id;) plan.rooms.push_back(room);
  check(!plan.rooms.empty() && !plan.ports.empty(), "no rooms or no ports");
  return plan;
}

class Run {
 public:
  explicit Run(Plan plan) : plan_(std::move(plan)), epoll_(::epoll_create1(0)) {
    for (const auto& room : plan_.rooms) {
      for (int i = 0; i < plan_.writers; ++i) add(room, writers_);
      for (int i = 0; i < plan_.readers; ++i) add(room, readers_);
    }
  }
  ~Run() { ::close(epoll_); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void play() {
    subscribe();
    start_ = Clock::now();
    for (auto& writer : writers_) fill(*writer);
    run_until(
        epoll_, [&] { return seconds_since(start_) > plan_.seconds && acknowledged_ == sent_; },
        [&](Client& client, std::string_view text) { take(client, text); });
    took_ = seconds_since(start_);
    const auto expected = acknowledged_ * static_cast<std::size_t>(plan_.readers);
    run_until(
        epoll_, [&] { return delivered_ >= expected; },
        [&](Client& client, std::string_view text) { take(client, text); });
  }

  void print() {
    std::sort(millis_.begin(), millis_.end());
    const auto at = [&](double part) { return millis_[static_cast<std::size_t>(part * double(millis_.size() - 1))]; };
    std::printf(R"({"acknowledged":%zu,"delivered":%zu,"seconds":%.2f,"median_ms":%.1f,"p99_ms":%.1f})"
                "\n",
                acknowledged_, delivered_, took_, at(0.5), at(0.99));
  }

 private:
  void add(const Room& room, Clients& clients) {
    const int port = plan_.ports[next_port_++ % plan_.ports.size()];
    clients.push_back(std::make_unique<Client>(room.token, port, epoll_));
    rooms_[clients.back().get()] = room.id;
  }

  void subscribe() {
    for (auto& reader : readers_) {
      reader->post(R"({"type":"subscribe","ref":"s","room_id":")" + rooms_[reader.get()] + R"("})");
      reader->flush();
    }
    std::size_t following = 0;
    run_until(
        epoll_, [&] { return following == readers_.size(); },
        [&](Client&, std::string_view text) { following += text.find(R"("ref":"s")") != text.npos ? 1 : 0; });
  }

  void fill(Client& writer) {
    const bool over = seconds_since(start_) > plan_.seconds;
    for (; !over && writer.in_flight < plan_.window; ++writer.in_flight) {
      writer.post(R"({"type":"send","ref":"r","room_id":")" + rooms_[&writer] + R"(","key":"b)" +
                  std::to_string(number_++) +
                  R"(","content":"How do you do, says the load generator in sixty-four bytes."})");
      writer.sent_at.push_back(Clock::now());
      ++sent_;
    }
    writer.flush();
  }

  /// Answers come in the order of the sends; a writer's `received` counts them.
  void take(Client& client, std::string_view text) {
    if (text.starts_with(R"({"type":"message")")) {
      ++delivered_;
    } else if (text.starts_with(R"({"type":"reply")") && client.in_flight > 0) {
      millis_.push_back(seconds_since(client.sent_at[client.received++]) * 1000);
      --client.in_flight;
      ++acknowledged_;
      fill(client);
    } else {
      check(!text.starts_with(R"({"type":"error")"), std::string(text));
    }
  }

  Plan plan_;
  int epoll_;
  Clients writers_;
  Clients readers_;
  std::map<const Client*, std::string> rooms_;
  std::vector<double> millis_;
  Clock::time_point start_;
  double took_ = 0;
  std::size_t next_port_ = 0;
  std::size_t number_ = static_cast<std::size_t>(Clock::now().time_since_epoch().count());
  std::size_t sent_ = 0;
  std::size_t acknowledged_ = 0;
  std::size_t delivered_ = 0;
};

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  try {
    parley::bench::Run run(parley::bench::read_plan(argc, argv));
    run.play();
    run.print();
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "cluster_load: %s\n", e.what());
    return 1;
  }
}
