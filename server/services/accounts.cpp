#include "services/accounts.h"

#include <algorithm>

namespace parley {
namespace {

constexpr std::chrono::hours kKeptWhenDead{30 * 24};
constexpr std::size_t kPurgedAtOnce = 500;

}  // namespace

Accounts::Accounts(AccountContext shared, WorkerPool& hashing_pool, const SecretKeys& keys, RateLimits& limits,
                   SignUp::Policy policy, AccountEvents bound_events, PasswordCost cost)
    : context(shared),
      events(std::move(bound_events)),
      jwt(keys, context.clock),
      refresh_tokens(keys),
      passwords(hashing_pool, cost),
      authenticator(context, jwt),
      ender(context, authenticator, events),
      invites(context),
      sign_in(context, passwords, jwt, refresh_tokens, limits, ender),
      sign_up(context, passwords, invites, limits, std::move(policy), events),
      sessions(context, ender),
      password_changes(context, passwords, invites, limits, ender),
      directory(context, invites, ender, authenticator, events) {}

Task<> Accounts::purge() {
  const auto before = context.clock.now() - kKeptWhenDead;
  bool more = true;
  while (more) {
    auto step = [&] {
      const auto sessions_gone = context.sessions.purge(before, kPurgedAtOnce);
      const auto tokens_gone = context.access_tokens.purge(before, kPurgedAtOnce);
      const auto invites_gone = context.invites.purge(before, kPurgedAtOnce);
      return std::max({sessions_gone, tokens_gone, invites_gone}) == kPurgedAtOnce;
    };
    more = co_await context.store_pool.run(std::move(step));
  }
}

}  // namespace parley
