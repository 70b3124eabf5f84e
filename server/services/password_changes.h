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

/// New passwords. Each ends sessions that began with the old one, and voids reset links.
class PasswordChanges {
 public:
  PasswordChanges(AccountContext context, Passwords& passwords, Invites& invites, RateLimits& limits,
                  SessionEnder& ender);

  /// By the user, who stays signed in here. wrong_password (which counts as a failed sign-in), validation_failed,
  /// rate_limited.
  Task<Result<void>> change(Identity user, std::string current, std::string next, std::string address);

  /// By a one-time link. reset_link_invalid, validation_failed.
  Task<Result<void>> reset(std::string token, std::string next);

  /// By the operator. not_found, validation_failed.
  Task<Result<void>> set(std::string username, std::string next);

 private:
  Task<> store(User user, std::string next, std::string kept_session);

  AccountContext context_;
  Passwords& passwords_;
  Invites& invites_;
  RateLimits& limits_;
  SessionEnder& ender_;
};

}  // namespace parley
