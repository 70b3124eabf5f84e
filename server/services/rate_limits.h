#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/settings.h"
#include "core/task.h"
#include "core/time.h"
#include "services/shared_failures.h"

namespace parley {

/// Who calls: an address as one counts it. An IPv6 address stands for its /64, which is what one customer has;
/// an IPv4-mapped one for the IPv4 address.
std::string address_key(std::string_view address);

/// All limits of the product, in bounded memory: what was longest unused is forgotten first. Refusals are
/// rate_limited with retry_after_s. Io thread.
class RateLimits {
 public:
  RateLimits(const Limits& limits, const Clock& clock, const SharedFailures& shared_failures);
  ~RateLimits();
  RateLimits(const RateLimits&) = delete;
  RateLimits& operator=(const RateLimits&) = delete;

  /// One message by a user: 50/s, bursts of 200.
  Result<void> message(std::string_view user_id);

  /// One request: 100/s a user, or an address where nobody is signed in; bursts of 200.
  Result<void> request_by_user(std::string_view user_id);
  Result<void> request_from(std::string_view address);
  /// Whether the address has one left. Counts nothing.
  Result<void> request_left(std::string_view address);

  /// One attempt to sign in. While it lives, it counts as if it failed, so that many at once are not more than one
  /// after the other.
  class SignInAttempt {
   public:
    SignInAttempt(SignInAttempt&&) noexcept = default;
    SignInAttempt& operator=(SignInAttempt&&) = delete;
    ~SignInAttempt();

    /// The password was wrong.
    void failed();

   private:
    friend class RateLimits;
    struct Place;
    explicit SignInAttempt(std::shared_ptr<Place> place);
    std::shared_ptr<Place> place_;
  };

  /// Refused after 10 failures in 5 minutes for this account and address, or 100 for the address, on all instances
  /// together: a stranger's failures elsewhere lock nobody out. Waits, 10 s at most, while so many attempts are under
  /// way here that their failures would use the limit up; each instance can pass the limit by those, not by more.
  Task<Result<SignInAttempt>> begin_sign_in(std::string account, std::string address);

  /// One registration: 30 an hour an address.
  Task<Result<void>> registration(std::string address);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley
