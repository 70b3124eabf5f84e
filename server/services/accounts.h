#pragma once

#include "services/account_context.h"
#include "services/account_sessions.h"
#include "services/authenticator.h"
#include "services/invites.h"
#include "services/jwt.h"
#include "services/password_changes.h"
#include "services/passwords.h"
#include "services/rate_limits.h"
#include "services/refresh_tokens.h"
#include "services/secret_keys.h"
#include "services/session_ender.h"
#include "services/sign_in.h"
#include "services/sign_up.h"
#include "services/user_directory.h"

namespace parley {

/// All services of accounts, wired. Main makes one and hands out its parts; the command line binds its operations
/// to them: create_user to sign_up.create, list_users to directory.list, set_password to password_changes.set,
/// set_standing to directory.set_standing, links to directory.create_password_reset and invites.create. Io thread.
struct Accounts {
  /// `hashing_pool`: for passwords alone, of idle priority. `limits` outlives this.
  Accounts(AccountContext context, WorkerPool& hashing_pool, const SecretKeys& keys, RateLimits& limits,
           SignUp::Policy policy, AccountEvents bound_events, PasswordCost cost = {});
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  /// Deletes what has been dead for 30 days, in small steps. Main runs it every hour.
  Task<> purge();

  AccountContext context;
  const AccountEvents events;
  JwtSigner jwt;
  RefreshTokens refresh_tokens;
  Passwords passwords;
  Authenticator authenticator;
  SessionEnder ender;
  Invites invites;
  SignIn sign_in;
  SignUp sign_up;
  AccountSessions sessions;
  PasswordChanges password_changes;
  UserDirectory directory;
};

}  // namespace parley
