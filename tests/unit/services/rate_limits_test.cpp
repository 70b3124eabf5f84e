#include "services/rate_limits.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <vector>

#include "core/recent_keys.h"
#include "pubsub/local/local_shared_counters.h"
#include "support/manual_clock.h"
#include "support/run_task.h"

namespace parley {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class RateLimitsTest : public ::testing::Test {
 protected:
  Result<RateLimits::SignInAttempt> begin(std::string account, std::string address = "192.0.2.1") {
    return test::run_task(io_, limits_.begin_sign_in(std::move(account), std::move(address)));
  }

  bool fail(std::string account, std::string address = "192.0.2.1") {
    auto attempt = begin(std::move(account), std::move(address));
    if (attempt) attempt->failed();
    return attempt.has_value();
  }

  bool sign_up(std::string address = "192.0.2.1") {
    return test::run_task(io_, limits_.registration(std::move(address))).has_value();
  }

  SharedFailures shared() { return SharedFailures(counters_, SecretKey{1}); }

  asio::io_context io_;
  test::ManualClock clock_;
  LocalSharedCounters counters_{clock_};
  RateLimits limits_{Limits{}, clock_, shared()};
};

TEST_F(RateLimitsTest, ABurstOfMessagesPassesAndThenAsManyAsTheRate) {
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(limits_.message("ada")) << i;
  ASSERT_FALSE(limits_.message("ada"));
  EXPECT_EQ(limits_.message("ada").error().code, Code::rate_limited);
  EXPECT_EQ(limits_.message("ada").error().retry_after_s, 1);
  clock_.advance(seconds(1));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(limits_.message("ada")) << i;
  EXPECT_FALSE(limits_.message("ada"));
}

TEST_F(RateLimitsTest, OneUsersMessagesTakeNothingFromAnothers) {
  while (limits_.message("ada")) {
  }
  EXPECT_TRUE(limits_.message("bob"));
}

TEST_F(RateLimitsTest, RequestsAreCountedByUserOrAddress) {
  while (limits_.request_by_user("ada")) {
  }
  EXPECT_TRUE(limits_.request_from("192.0.2.1"));
  while (limits_.request_from("2001:db8:1:2::3")) {
  }
  EXPECT_FALSE(limits_.request_from("2001:db8:1:2:ffff::9"));
  EXPECT_TRUE(limits_.request_from("2001:db8:1:3::3"));
}

TEST_F(RateLimitsTest, ALookAtWhatIsLeftOfAnAddressCountsNothing) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(limits_.request_left("192.0.2.1"));
  while (limits_.request_from("192.0.2.1")) {
  }
  const auto none = limits_.request_left("192.0.2.1");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::rate_limited);
  EXPECT_EQ(none.error().retry_after_s, 1);
  EXPECT_TRUE(limits_.request_left("192.0.2.2"));
}

TEST_F(RateLimitsTest, TenFailuresCloseTheAccountToThatAddressForFiveMinutes) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fail("ada"));
  clock_.advance(minutes(4));
  const auto refused = begin("ada");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::rate_limited);
  EXPECT_EQ(refused.error().retry_after_s, 60);
  clock_.advance(minutes(1));
  EXPECT_TRUE(begin("ada"));
}

TEST_F(RateLimitsTest, AStrangersFailuresElsewhereLockNobodyOut) {
  while (fail("ada", "198.51.100.7")) {
  }
  EXPECT_TRUE(begin("ada", "192.0.2.1"));
  EXPECT_TRUE(begin("bob", "198.51.100.7"));
}

TEST_F(RateLimitsTest, AHundredFailuresCloseTheAddressToAllAccounts) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(fail("user" + std::to_string(i)));
  EXPECT_FALSE(begin("someone else"));
  EXPECT_TRUE(begin("someone else", "192.0.2.2"));
}

TEST_F(RateLimitsTest, SuccessesAreNotCounted) {
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(begin("ada"));
}

TEST_F(RateLimitsTest, AttemptsUnderWayCountAsFailuresUntilTheyEnd) {
  std::vector<RateLimits::SignInAttempt> under_way;
  for (int i = 0; i < 10; ++i) under_way.push_back(*begin("ada"));
  bool eleventh_began = false;
  auto wait = [&]() -> Task<> { eleventh_began = (co_await limits_.begin_sign_in("ada", "192.0.2.1")).has_value(); };
  spawn_logged(io_.get_executor(), "eleventh", wait);
  io_.restart();
  io_.run_for(std::chrono::milliseconds(60));
  EXPECT_FALSE(eleventh_began);
  under_way.pop_back();
  io_.run_for(std::chrono::milliseconds(60));
  EXPECT_TRUE(eleventh_began);
}

TEST_F(RateLimitsTest, WhoWaitsTooLongIsRefused) {
  std::vector<RateLimits::SignInAttempt> under_way;
  for (int i = 0; i < 10; ++i) under_way.push_back(*begin("ada"));
  std::string outcome;
  auto wait = [&]() -> Task<> {
    const auto attempt = co_await limits_.begin_sign_in("ada", "192.0.2.1");
    outcome = attempt ? "began" : std::string(kind_of(attempt.error().code).name);
  };
  spawn_logged(io_.get_executor(), "eleventh", wait);
  io_.restart();
  io_.run_for(std::chrono::milliseconds(40));
  clock_.advance(seconds(11));
  io_.run_for(std::chrono::milliseconds(60));
  EXPECT_EQ(outcome, "rate_limited");
}

TEST_F(RateLimitsTest, ThirtyRegistrationsAnHourPassFromOneAddress) {
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(sign_up()) << i;
  EXPECT_FALSE(sign_up());
  EXPECT_TRUE(sign_up("192.0.2.2"));
  clock_.advance(minutes(60));
  EXPECT_TRUE(sign_up());
}

TEST_F(RateLimitsTest, ZeroIsNoLimit) {
  RateLimits none({0, 0, 0, 0}, clock_, shared());
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(none.message("ada"));
    ASSERT_TRUE(none.request_by_user("ada"));
    ASSERT_TRUE(test::run_task(io_, none.registration("192.0.2.1")));
    auto attempt = test::run_task(io_, none.begin_sign_in("ada", "192.0.2.1"));
    ASSERT_TRUE(attempt);
    attempt->failed();
  }
}

/// Two instances, and the bus between them.
class RateLimitsOfTwo : public RateLimitsTest {
 protected:
  bool fail_at(RateLimits& limits, const std::string& account, const std::string& address = "192.0.2.1") {
    auto attempt = test::run_task(io_, limits.begin_sign_in(account, address));
    if (attempt) attempt->failed();
    return attempt.has_value();
  }

  RateLimits other_{Limits{}, clock_, shared()};
};

TEST_F(RateLimitsOfTwo, FailuresOnAllInstancesCountTogether) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fail_at(i % 2 == 0 ? limits_ : other_, "ada")) << i;
  clock_.advance(minutes(4));
  for (auto* limits : {&limits_, &other_}) {
    const auto refused = test::run_task(io_, limits->begin_sign_in("ada", "192.0.2.1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::rate_limited);
    EXPECT_EQ(refused.error().retry_after_s, 60);
  }
  EXPECT_TRUE(fail_at(other_, "bob"));
  EXPECT_TRUE(fail_at(other_, "ada", "192.0.2.2"));
  clock_.advance(minutes(1));
  EXPECT_TRUE(fail_at(limits_, "ada"));
  EXPECT_TRUE(fail_at(other_, "ada"));
}

TEST_F(RateLimitsOfTwo, AHundredFailuresOnAllInstancesCloseTheAddress) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(fail_at(i % 2 == 0 ? limits_ : other_, "user" + std::to_string(i))) << i;
  EXPECT_FALSE(fail_at(limits_, "someone else"));
  EXPECT_FALSE(fail_at(other_, "someone else"));
  EXPECT_TRUE(fail_at(other_, "someone else", "192.0.2.2"));
}

TEST_F(RateLimitsOfTwo, ARefusedAttemptIsNotUnderWayAnyMore) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fail_at(other_, "ada"));
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(fail_at(limits_, "ada"));
  clock_.advance(minutes(5));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(fail_at(limits_, "ada")) << "at once, without waiting for a place";
}

/// A bus that is away.
class NoCounters : public SharedCounters {
 public:
  void add(std::string_view name, std::chrono::seconds) override { names.emplace_back(name); }
  Task<std::optional<Count>> read(std::string) override { co_return std::nullopt; }
  std::vector<std::string> names;
};

TEST_F(RateLimitsTest, WithoutTheBusTheOwnLimitStands) {
  NoCounters none;
  RateLimits alone(Limits{}, clock_, SharedFailures(none, SecretKey{1}));
  const auto fail_once = [&] {
    auto attempt = test::run_task(io_, alone.begin_sign_in("ada", "192.0.2.1"));
    if (attempt) attempt->failed();
    return attempt.has_value();
  };
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fail_once()) << i;
  EXPECT_FALSE(fail_once());
}

TEST_F(RateLimitsTest, TheBusLearnsNeitherNamesNorAddresses) {
  NoCounters bus;
  NoCounters of_another_deployment;
  for (auto* counters : {&bus, &of_another_deployment}) {
    RateLimits limits(Limits{}, clock_, SharedFailures(*counters, SecretKey{counters == &bus}));
    test::run_task(io_, limits.begin_sign_in("ada", "192.0.2.1"))->failed();
  }
  ASSERT_EQ(bus.names.size(), 2u);
  for (const auto& name : bus.names) {
    EXPECT_EQ(name.find("ada"), std::string::npos);
    EXPECT_EQ(name.find("192"), std::string::npos);
  }
  EXPECT_NE(bus.names, of_another_deployment.names) << "who guesses names needs the key, too";
}

TEST(AddressKey, AnAddressOfVersion6StandsForItsNetwork) {
  EXPECT_EQ(address_key("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_key("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address_key("2001:db8::1"), address_key("2001:DB8:0:0:ffff::2"));
  EXPECT_NE(address_key("2001:db8::1"), address_key("2001:db8:0:1::1"));
}

TEST(RecentKeys, RemembersWhatIsUsedInBoundedMemory) {
  RecentKeys<int> keys(100);
  keys.at("kept") = 7;
  for (int i = 0; i < 1000; ++i) {
    keys.at("key" + std::to_string(i)) = 1;
    if (i % 40 == 0) {
      EXPECT_EQ(keys.at("kept"), 7);
    }
    ASSERT_LE(keys.size(), 100u);
  }
  EXPECT_EQ(keys.at("kept"), 7);
  EXPECT_EQ(keys.at("key1"), 0) << "long unused: forgotten";
}

TEST(RecentKeys, FindsAndForgetsOldAndNew) {
  RecentKeys<int> keys(8);
  for (int i = 0; i < 6; ++i) keys.at(std::to_string(i)) = i;
  EXPECT_EQ(keys.find("none"), nullptr);
  for (const char* key : {"0", "5"}) {
    ASSERT_NE(keys.find(key), nullptr) << key;
    EXPECT_EQ(std::to_string(*keys.find(key)), key);
    keys.erase(key);
    EXPECT_EQ(keys.find(key), nullptr) << key;
  }
  keys.erase_if([](int state) { return state > 1; });
  EXPECT_EQ(keys.size(), 1u);
  EXPECT_NE(keys.find("1"), nullptr);
}

}  // namespace
}  // namespace parley
