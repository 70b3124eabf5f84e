#include "api/health.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

#include "core/log.h"
#include "core/metrics.h"
#include "support/http_samples.h"

namespace parley::api {
namespace {

using test::run;

Task<bool> part_holds() {
  co_return true;
}
Task<bool> part_fails() {
  throw std::runtime_error("no route");
  co_return true;
}
Task<bool> part_hangs() {
  co_await sleep_for(std::chrono::hours(1));
  co_return true;
}

Response ask(Router& router, const char* path) {
  return *run(router.match(Method::get, path).route->handler(Request{}));
}

TEST(Health, TheProcessIsAliveWhateverItsParts) {
  Router router;
  add_health(router, {{"store", part_fails}}, [] { return true; });
  EXPECT_EQ(ask(router, "/healthz").status, 200);
}

TEST(Health, IsReadyWhenAllPartsAreReachable) {
  Router router;
  add_health(router, {{"store", part_holds}, {"bus", part_holds}}, [] { return false; });
  const auto response = ask(router, "/readyz");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"status":"ok","checks":{"store":"ok","bus":"ok"}})");
}

TEST(Health, NamesThePartThatIsNotReachable) {
  Router router;
  add_health(router, {{"store", part_holds}, {"bus", part_fails}}, [] { return false; });
  const auto response = ask(router, "/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, R"({"status":"unavailable","checks":{"store":"ok","bus":"unavailable"}})");
}

TEST(Health, IsNotReadyWhileGoingDown) {
  Router router;
  add_health(router, {}, [] { return true; });
  EXPECT_EQ(ask(router, "/readyz").status, 503);
}

TEST(Health, APartThatHangsIsUnavailableAfterTwoSeconds) {
  Router router;
  add_health(router, {{"store", part_hangs}}, [] { return false; });
  asio::io_context context;
  std::optional<Response> response;
  asio::co_spawn(context, router.match(Method::get, "/readyz").route->handler(Request{}),
                 [&](std::exception_ptr, Result<Response> result) {
                   response = *result;
                   context.stop();
                 });
  const auto begin = std::chrono::steady_clock::now();
  context.run_for(std::chrono::seconds(10));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

TEST(Health, ChecksRunOnceForManyWhoAsk) {
  Router router;
  int asked = 0;
  add_health(router,
             {{"store",
               [&asked]() {
                 ++asked;
                 return part_holds();
               }}},
             [] { return false; });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(router, "/readyz").status, 200);
  EXPECT_EQ(asked, 1);
}

TEST(Health, TheLogSaysOnceThatAPartIsAwayAndOnceThatItIsBack) {
  Router router;
  bool away = false;
  int asked = 0;
  add_health(router,
             {{"store",
               [&]() {
                 ++asked;
                 return away ? part_fails() : part_holds();
               }}},
             [] { return false; });
  log::configure(log::Level::info, log::Format::plain);
  ::testing::internal::CaptureStderr();
  for (const bool next : {false, true, true, true, false, false, true}) {
    away = next;
    EXPECT_EQ(ask(router, "/readyz").status, away ? 503 : 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(510));  // an answer is told again for so long
  }
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(asked, 7);
  const auto lines = [&said](std::string_view message) {
    int count = 0;
    for (auto at = said.find(message); at != std::string::npos; at = said.find(message, at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(lines("not ready part=store reason=\"no route\""), 2) << said;
  EXPECT_EQ(lines("ready again part=store"), 1) << said;
}

TEST(MetricsEndpoint, GivesTheText) {
  Router router;
  Metrics metrics;
  metrics.messages.add(2);
  add_metrics(router, metrics);
  const auto response = ask(router, "/metrics");
  EXPECT_TRUE(response.content_type.starts_with("text/plain; version=0.0.4"));
  EXPECT_NE(response.body.find("parley_messages_total 2"), std::string::npos);
}

}  // namespace
}  // namespace parley::api
