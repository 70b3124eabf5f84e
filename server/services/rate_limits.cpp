#include "services/rate_limits.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/recent_keys.h"

namespace parley {
namespace {

using Moment = std::chrono::steady_clock::time_point;
using std::chrono::seconds;

constexpr seconds kSignInWindow = SharedFailures::kWindow;
constexpr seconds kRegistrationWindow{60 * 60};
constexpr seconds kLongestWait{10};
constexpr std::chrono::milliseconds kWaitStep{25};
constexpr const char* kTooManyRequests = "Too many requests; wait a moment.";
constexpr unsigned kAddressFailures = 10;  ///< times those of one account at that address
constexpr unsigned kMessageBurst = 4;      ///< times the rate
constexpr unsigned kRequestBurst = 2;
// Bytes are about 100 a bucket and, at most, 1 KB a window.
constexpr std::size_t kRememberedBuckets = 65536;
constexpr std::size_t kRememberedWindows = 16384;

Error limited(std::string message, std::chrono::duration<double> wait) {
  Error error = refuse(Code::rate_limited, std::move(message));
  error.retry_after_s = std::max(1, static_cast<int>(std::ceil(wait.count())));
  return error;
}

/// A bucket of tokens for each key, refilled at `rate` a second up to `burst`.
class TokenBuckets {
 public:
  TokenBuckets(unsigned rate, unsigned burst) : rate_(rate), burst_(burst) {}

  /// Takes one token; otherwise how long until there is one. `count` 0 leaves it there: a question.
  Result<void> take(std::string_view key, Moment now, const char* message, int count = 1) {
    if (rate_ == 0) return {};
    auto& bucket = buckets_.at(key);
    if (!bucket.known) bucket = {burst_, now, true};
    const std::chrono::duration<double> idle = now - bucket.at;
    bucket.tokens = std::min(burst_, bucket.tokens + idle.count() * rate_);
    bucket.at = now;
    if (bucket.tokens < 1) return limited(message, std::chrono::duration<double>((1 - bucket.tokens) / rate_));
    bucket.tokens -= count;
    return {};
  }

 private:
  struct Bucket {
    double tokens = 0;
    Moment at{};
    bool known = false;
  };

  const double rate_;
  const double burst_;
  RecentKeys<Bucket> buckets_{kRememberedBuckets};
};

/// What happened within a span before now, oldest first. At most as many as the limit that is looked for.
struct Window {
  std::vector<Moment> moments{};
  unsigned in_flight = 0;

  void forget_before(Moment start) {
    const auto gone = std::find_if(moments.begin(), moments.end(), [&](Moment m) { return m > start; });
    moments.erase(moments.begin(), gone);
  }

  void add(Moment now, std::size_t limit) {
    if (moments.size() >= limit) moments.erase(moments.begin());
    moments.push_back(now);
  }
};

/// Whether one more attempt may begin: yes, not while so many are under way that their failing would pass the limit,
/// or no.
enum class Admission { now, later, refused };

Admission admission(const Window& window, unsigned limit) {
  if (window.moments.size() >= limit) return Admission::refused;
  return window.moments.size() + window.in_flight >= limit ? Admission::later : Admission::now;
}

Error too_many_failures(std::chrono::duration<double> wait) {
  return limited("Too many failed attempts to sign in; wait.", wait);
}

Error too_many_failures(const Window& window, Moment now) {
  return too_many_failures(window.moments.front() + kSignInWindow - now);
}

}  // namespace

std::string address_key(std::string_view address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) return std::string(address);
  static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    return inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  }
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return std::string(inet_ntop(AF_INET6, bytes.data(), text.data(), text.size())) + "/64";
}

struct RateLimits::SignInAttempt::Place {
  std::shared_ptr<State> state;
  std::string pair;
  std::string address;
};

struct RateLimits::State {
  State(const Limits& l, const Clock& c, const SharedFailures& s)
      : limits(l),
        clock(c),
        shared_failures(s),
        messages(l.messages_per_second, l.messages_per_second * kMessageBurst),
        requests(l.requests_per_second, l.requests_per_second * kRequestBurst) {}

  /// Takes a place among the attempts; false: not now, because those under way may use the limit up.
  Result<bool> admit(const SignInAttempt::Place& place);
  /// How long the failures on all instances together forbid it; zero where they do not.
  Task<seconds> shared_wait(std::string pair, std::string address);

  const Limits limits;
  const Clock& clock;
  SharedFailures shared_failures;
  TokenBuckets messages;
  TokenBuckets requests;
  RecentKeys<Window> failures_of_pair{kRememberedWindows};
  RecentKeys<Window> failures_of_address{kRememberedWindows};
  RecentKeys<Window> registrations{kRememberedWindows};
};

RateLimits::RateLimits(const Limits& limits, const Clock& clock, const SharedFailures& shared_failures)
    : state_(std::make_shared<State>(limits, clock, shared_failures)) {}
RateLimits::~RateLimits() = default;

Result<void> RateLimits::message(std::string_view user_id) {
  return state_->messages.take(user_id, state_->clock.steady_now(), "Too many messages; wait a moment.");
}

Result<void> RateLimits::request_by_user(std::string_view user_id) {
  return state_->requests.take(user_id, state_->clock.steady_now(), kTooManyRequests);
}

Result<void> RateLimits::request_from(std::string_view address) {
  return state_->requests.take(address_key(address), state_->clock.steady_now(), kTooManyRequests);
}

Result<void> RateLimits::request_left(std::string_view address) {
  return state_->requests.take(address_key(address), state_->clock.steady_now(), kTooManyRequests, 0);
}

RateLimits::SignInAttempt::SignInAttempt(std::shared_ptr<Place> place) : place_(std::move(place)) {}

RateLimits::SignInAttempt::~SignInAttempt() {
  if (!place_) return;
  auto& pair = place_->state->failures_of_pair.at(place_->pair);
  auto& address = place_->state->failures_of_address.at(place_->address);
  // They may have been forgotten meanwhile.
  if (pair.in_flight > 0) --pair.in_flight;
  if (address.in_flight > 0) --address.in_flight;
}

void RateLimits::SignInAttempt::failed() {
  auto& state = *place_->state;
  const auto limit = state.limits.sign_in_failures;
  if (limit == 0) return;
  const auto now = state.clock.steady_now();
  state.failures_of_pair.at(place_->pair).add(now, limit);
  state.failures_of_address.at(place_->address).add(now, limit * kAddressFailures);
  state.shared_failures.add(place_->pair);
  state.shared_failures.add(place_->address);
}

Result<bool> RateLimits::State::admit(const SignInAttempt::Place& place) {
  const auto now = clock.steady_now();
  auto& pair = failures_of_pair.at(place.pair);
  auto& address = failures_of_address.at(place.address);
  pair.forget_before(now - kSignInWindow);
  address.forget_before(now - kSignInWindow);
  if (limits.sign_in_failures != 0) {
    const auto of_pair = admission(pair, limits.sign_in_failures);
    const auto of_address = admission(address, limits.sign_in_failures * kAddressFailures);
    if (of_pair == Admission::refused) return too_many_failures(pair, now);
    if (of_address == Admission::refused) return too_many_failures(address, now);
    if (of_pair == Admission::later || of_address == Admission::later) return false;
  }
  ++pair.in_flight;
  ++address.in_flight;
  return true;
}

Task<seconds> RateLimits::State::shared_wait(std::string pair, std::string address) {
  const auto limit = limits.sign_in_failures;
  if (limit == 0) co_return seconds(0);
  const auto of_pair = co_await shared_failures.wait(std::move(pair), limit);
  if (of_pair != seconds(0)) co_return of_pair;
  co_return co_await shared_failures.wait(std::move(address), limit * kAddressFailures);
}

Task<Result<RateLimits::SignInAttempt>> RateLimits::begin_sign_in(std::string account, std::string address) {
  const auto state = state_;
  auto place = std::make_shared<SignInAttempt::Place>();
  place->state = state;
  place->address = address_key(address);
  place->pair = std::move(account) + '\n' + place->address;
  const auto deadline = state->clock.steady_now() + kLongestWait;
  for (;;) {
    const auto admitted = state->admit(*place);
    if (!admitted) co_return admitted.error();
    if (*admitted) break;
    if (state->clock.steady_now() >= deadline) {
      co_return limited("Too many attempts to sign in at once; wait a moment.", seconds(1));
    }
    co_await sleep_for(kWaitStep);
  }
  SignInAttempt attempt(place);  // before asking: what is under way here must count meanwhile
  const auto wait = co_await state->shared_wait(place->pair, place->address);
  if (wait != seconds(0)) co_return too_many_failures(wait);
  co_return std::move(attempt);
}

Task<Result<void>> RateLimits::registration(std::string address) {
  const auto limit = state_->limits.registrations_per_hour;
  if (limit == 0) co_return Result<void>();
  const auto now = state_->clock.steady_now();
  auto& window = state_->registrations.at(address_key(address));
  window.forget_before(now - kRegistrationWindow);
  if (window.moments.size() >= limit) {
    co_return limited("Too many registrations from this address; wait.",
                      window.moments.front() + kRegistrationWindow - now);
  }
  window.add(now, limit);
  co_return Result<void>();
}

}  // namespace parley
