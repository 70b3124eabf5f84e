#pragma once

#include "api/http.h"
#include "services/account_sessions.h"

namespace parley::api {

/// /auth/sessions and /auth/tokens: one's own. Outlives the router's use.
class SessionEndpoints {
 public:
  explicit SessionEndpoints(AccountSessions& sessions) : sessions_(sessions) {}

  void add_to(Router& router);

 private:
  Task<Result<Response>> list_sessions(Request request);
  Task<Result<Response>> end_session(Request request);
  Task<Result<Response>> list_tokens(Request request);
  Task<Result<Response>> create_token(Request request);
  Task<Result<Response>> revoke_token(Request request);

  AccountSessions& sessions_;
};

}  // namespace parley::api
