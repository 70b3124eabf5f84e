#pragma once

#include <string>

#include "core/task.h"
#include "models/account.h"
#include "services/account_context.h"
#include "services/authenticator.h"

namespace parley {

/// Ends sessions and personal access tokens: first in the store, which is when they are dead, then in this
/// instance's cache, then for everybody who listens.
class SessionEnder {
 public:
  SessionEnder(AccountContext context, Authenticator& authenticator, const AccountEvents& events);

  Task<> end_session(User owner, std::string session_id);
  Task<> end_access_token(User owner, std::string token_id);

  /// All live sessions of the user, except `kept` (empty: none is).
  Task<> end_sessions(User owner, std::string kept);
  Task<> end_access_tokens(User owner);

 private:
  void announce(const User& owner, const std::string& id);

  AccountContext context_;
  Authenticator& authenticator_;
  const AccountEvents& events_;
};

}  // namespace parley
