#include "api/health.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>

#include "api/fields.h"
#include "core/json_text.h"
#include "core/log.h"
#include "core/metrics.h"

namespace parley::api {
namespace {

using namespace std::chrono_literals;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr auto kFresh = 500ms;
constexpr auto kPatience = 2s;

/// Runs the checks for all who ask.
class Readiness : public std::enable_shared_from_this<Readiness> {
 public:
  Readiness(std::vector<ReadyCheck> checks, std::function<bool()> stopping)
      : checks_(std::move(checks)),
        stopping_(std::move(stopping)),
        holds_(checks_.size(), false),
        told_(checks_.size(), false) {}

  Task<Response> answer() {
    const auto self = shared_from_this();
    const auto executor = co_await asio::this_coro::executor;
    if (!running_ && std::chrono::steady_clock::now() - ended_ > kFresh) start_round(executor);
    while (running_ && std::chrono::steady_clock::now() < round_ends_) co_await sleep_for(2ms);
    co_return response();
  }

 private:
  void start_round(const asio::any_io_executor& executor) {
    running_ = true;
    round_ends_ = std::chrono::steady_clock::now() + kPatience;
    spawn_logged(executor, "readiness", [self = shared_from_this()] { return self->round(); });
  }

  Task<> round() {
    for (std::size_t i = 0; i < checks_.size(); ++i) {
      waiting_for_ = i;
      holds_[i] = co_await check(i);
    }
    waiting_for_ = checks_.size();
    running_ = false;
    ended_ = std::chrono::steady_clock::now();
  }

  Task<bool> check(std::size_t i) {
    bool holds = false;
    try {
      holds = co_await checks_[i].reachable();
      if (holds && told_[i]) log::info("ready again", {{"part", checks_[i].name}});
      if (holds) told_[i] = false;
    } catch (const std::exception& e) {
      if (!told_[i]) log::warn("not ready", {{"part", checks_[i].name}, {"reason", e.what()}});
      told_[i] = true;
    }
    co_return holds;
  }

  /// Of a round that hangs, the check it hangs in does not hold; those after it have no newer news.
  bool holds_now(std::size_t i) const { return holds_[i] && !(running_ && i == waiting_for_); }

  Response response() const {
    bool ready = !stopping_();
    std::string checks;
    JsonObjectWriter parts(checks);
    for (std::size_t i = 0; i < checks_.size(); ++i) {
      ready = ready && holds_now(i);
      parts.member(checks_[i].name, holds_now(i) ? "ok" : "unavailable");
    }
    parts.close();
    std::string json = R"({"status":)" + std::string(ready ? R"("ok")" : R"("unavailable")");
    json += ",\"checks\":" + checks + "}";
    return json_response(ready ? 200 : 503, std::move(json));
  }

  const std::vector<ReadyCheck> checks_;
  const std::function<bool()> stopping_;
  std::vector<bool> holds_;
  std::vector<bool> told_;  ///< that it does not hold, and why: once, however often somebody asks meanwhile
  std::size_t waiting_for_ = 0;
  bool running_ = false;
  SteadyTime round_ends_{};
  SteadyTime ended_{};
};

Task<Result<Response>> alive(Request) {
  co_return json_response(200, R"({"status":"ok"})");
}

Task<Result<Response>> ready(std::shared_ptr<Readiness> readiness) {
  co_return co_await readiness->answer();
}

Task<Result<Response>> scrape(const Metrics& metrics) {
  co_return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics.text()};
}

}  // namespace

void add_health(Router& router, std::vector<ReadyCheck> checks, std::function<bool()> stopping) {
  auto readiness = std::make_shared<Readiness>(std::move(checks), std::move(stopping));
  router.add(Method::get, "/healthz", Access::open, alive);
  router.add(Method::get, "/readyz", Access::open, [readiness](Request) { return ready(readiness); });
}

void add_metrics(Router& router, const Metrics& metrics) {
  router.add(Method::get, "/metrics", Access::open, [&metrics](Request) { return scrape(metrics); });
}

}  // namespace parley::api
