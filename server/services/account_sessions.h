#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/account.h"
#include "models/identity.h"
#include "repositories/page.h"
#include "services/account_context.h"
#include "services/session_ender.h"

namespace parley {

/// A user's own sessions and personal access tokens.
class AccountSessions {
 public:
  static constexpr std::size_t kMaxAccessTokens = 100;  ///< a user

  AccountSessions(AccountContext context, SessionEnder& ender);

  /// Live ones, most recently used first. validation_failed for a cursor that is none.
  Task<Result<Page<Session>>> list(Identity user, std::string cursor, std::size_t limit);

  /// not_found for another user's; repeating it is fine.
  Task<Result<void>> end(Identity user, std::string session_id);
  Task<> end_all(Identity user);

  /// Live ones, newest first. validation_failed for a cursor that is none.
  Task<Result<Page<AccessToken>>> access_tokens(Identity user, std::string cursor, std::size_t limit);

  struct NewAccessToken {
    AccessToken token;
    std::string text;  ///< `ply_…`, shown this once
  };
  /// `lifetime_days`: none, it does not expire. too_many_tokens, account_disabled.
  Task<Result<NewAccessToken>> create_access_token(Identity user, std::string name,
                                                   std::optional<std::int64_t> lifetime_days);

  /// not_found for another user's; repeating it is fine.
  Task<Result<void>> revoke_access_token(Identity user, std::string token_id);

 private:
  AccountContext context_;
  SessionEnder& ender_;
};

inline constexpr std::string_view kAccessTokenPrefix = "ply_";

}  // namespace parley
