#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/settings.h"
#include "core/task.h"
#include "models/account.h"
#include "models/caller.h"
#include "services/account_context.h"
#include "services/invites.h"
#include "services/passwords.h"
#include "services/rate_limits.h"
#include "services/secret_keys.h"

namespace parley {

/// The code that the first account of a server needs unless it is made on the server's own machine. It follows from
/// SECRET_KEY, so that it is the same after a restart and on every instance.
std::string setup_code(const SecretKeys& keys);

/// Makes accounts. The first one is the server's admin.
class SignUp {
 public:
  /// Who needs the set-up code for the first account.
  enum class CodeFor { everybody, elsewhere };

  struct Policy {
    Registration registration = Registration::open;
    std::optional<std::string> setup_code{};  ///< none: nobody needs one
    CodeFor code_for = CodeFor::everybody;
  };

  SignUp(AccountContext context, Passwords& passwords, Invites& invites, RateLimits& limits, Policy policy,
         const AccountEvents& events);

  struct Application {
    std::string username;
    std::string password;
    std::optional<std::string> display_name{};  ///< none: the username
    std::optional<std::string> invite{};        ///< an invite's token
    std::optional<std::string> setup_code{};
    std::string address{};  ///< of the client
    Caller caller = Caller::elsewhere;
  };

  /// validation_failed, username_taken, rate_limited, registration_closed, invite_required, invite_invalid,
  /// setup_code_required.
  Task<Result<User>> sign_up(Application application);

  enum class Power { member, admin };

  /// As the operator: no limit, no invite, no code. The first account is an admin in any case.
  Task<Result<User>> create(Application application, Power power);

  struct Status {
    Registration registration = Registration::open;
    bool setup_required = false;       ///< there is no account yet
    bool setup_code_required = false;  ///< of the caller
  };
  Task<Status> status(Caller caller);

 private:
  Task<bool> is_set_up();
  bool needs_code(Caller caller) const;
  Result<User> draft(const Application& application) const;
  Task<Result<std::optional<Invite>>> admit(std::optional<std::string> token);
  /// Nothing where somebody else was first.
  Task<Result<std::optional<User>>> create_first(User user);
  Task<Result<User>> create_further(User user, std::optional<Invite> invite);

  AccountContext context_;
  Passwords& passwords_;
  Invites& invites_;
  RateLimits& limits_;
  const Policy policy_;
  const AccountEvents& events_;
  bool set_up_ = false;  ///< once so, always so
};

}  // namespace parley
