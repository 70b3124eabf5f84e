#pragma once

#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/identity.h"
#include "services/account_context.h"
#include "services/invites.h"
#include "services/passwords.h"
#include "services/rate_limits.h"
#include "services/session_ender.h"

namespace parley {

/// New passwords. Each ends sessions that began with the old one.
class PasswordChanges {
 public:
  PasswordChanges(AccountContext context, Passwords& passwords, Invites& invites, RateLimits& limits,
                  SessionEnder& ender);

  /// By the user, who stays signed in here. wrong_password (which counts as a failed sign-in), also where another one
  /// was set meanwhile; validation_failed, rate_limited. Reset links stay good: who knows a stolen password must not
  /// be able to keep its owner from setting another.
  Task<Result<void>> change(Identity user, std::string current, std::string next, std::string address);

  /// By a one-time link; voids all others. reset_link_invalid, validation_failed.
  Task<Result<void>> reset(std::string token, std::string next);

  /// By the operator; voids reset links. not_found, validation_failed.
  Task<Result<void>> set(std::string username, std::string next);

 private:
  Task<> store(std::string user_id, std::string hash);
  /// Whoever got in by the old password, or holds another link.
  Task<> shut_out(User user);

  AccountContext context_;
  Passwords& passwords_;
  Invites& invites_;
  RateLimits& limits_;
  SessionEnder& ender_;
};

}  // namespace parley
