#pragma once

#include <chrono>
#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/account.h"
#include "services/account_context.h"
#include "services/jwt.h"
#include "services/passwords.h"
#include "services/rate_limits.h"
#include "services/refresh_tokens.h"
#include "services/session_ender.h"

namespace parley {

/// Begins sessions by password and continues them by refresh token.
class SignIn {
 public:
  static constexpr std::chrono::hours kSessionLifetime{30 * 24};  ///< since the last refresh
  static constexpr std::chrono::seconds kFormerTokenGrace{30};    ///< after its successor was used
  static constexpr std::size_t kMaxSessions = 100;                ///< a user; the longest unused one gives way

  SignIn(AccountContext context, Passwords& passwords, const JwtSigner& jwt, const RefreshTokens& refresh_tokens,
         RateLimits& limits, SessionEnder& ender);

  struct Attempt {
    std::string username;
    std::string password;
    std::string device;   ///< for the list of sessions
    std::string address;  ///< of the client
  };
  struct SignedIn {
    std::string session_id;
    std::string access_token;
    std::string refresh_token;
  };

  /// invalid_credentials for an unknown user as for a wrong password, after the same time; account_disabled only
  /// with the right one; rate_limited.
  Task<Result<SignedIn>> sign_in(Attempt attempt);

  /// The successor of a refresh token. The token before the newest gives the same one until that was used and for 30 s
  /// after (two tabs, a lost reply); an older one was stolen or its successor was: the session ends. unauthorized,
  /// account_disabled.
  Task<Result<SignedIn>> refresh(std::string refresh_token);

  /// Ends the session of a genuine refresh token, whichever its generation. unauthorized.
  Task<Result<void>> sign_out(std::string refresh_token);

 private:
  struct Renewal;
  Task<Result<SignedIn>> begin_session(User user, Attempt attempt);
  Task<User> strengthened(User user, std::string password);
  Task<> end_surplus(User user, std::string kept);
  Renewal renew(const RefreshTokens::Parts& presented);
  SignedIn answer(const std::string& user_id, const std::string& session_id, std::uint64_t generation) const;

  AccountContext context_;
  Passwords& passwords_;
  const JwtSigner& jwt_;
  const RefreshTokens& refresh_tokens_;
  RateLimits& limits_;
  SessionEnder& ender_;
};

}  // namespace parley
