#include "contract/buses.h"
#include "services/rate_limits.h"
#include "support/manual_clock.h"

namespace parley::test {
namespace {

/// Two instances with the limits of one deployment.
class SignInLimitsContract : public BusTest {
 protected:
  SignInLimitsContract()
      : first_({.sign_in_failures = 4}, clock_, SharedFailures(first().counters, SecretKey{})),
        second_({.sign_in_failures = 4}, clock_, SharedFailures(second().counters, SecretKey{})) {}

  bool fail_at(RateLimits& limits) {
    auto attempt = run(limits.begin_sign_in("ada " + unique(), "192.0.2.1"));
    if (attempt) attempt->failed();
    return attempt.has_value();
  }

  ManualClock clock_;
  RateLimits first_;
  RateLimits second_;
};

TEST_P(SignInLimitsContract, FailuresOnAllInstancesCountTogether) {
  EXPECT_TRUE(fail_at(first_));
  EXPECT_TRUE(fail_at(second_));
  EXPECT_TRUE(fail_at(first_));
  EXPECT_TRUE(fail_at(second_));
  EXPECT_FALSE(fail_at(first_));
  EXPECT_FALSE(fail_at(second_));
}

PARLEY_ON_EVERY_BUS(SignInLimitsContract);

}  // namespace
}  // namespace parley::test
