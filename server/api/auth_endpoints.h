#pragma once

#include "api/http.h"
#include "api/origins.h"
#include "services/accounts.h"

namespace parley::api {

/// /auth: registering, signing in and out, passwords. Outlives the router's use.
class AuthEndpoints {
 public:
  AuthEndpoints(Accounts& accounts, const Origins& origins) : accounts_(accounts), origins_(origins) {}

  void add_to(Router& router);

 private:
  Task<Result<Response>> sign_up(Request request);
  Task<Result<Response>> sign_in(Request request);
  Task<Result<Response>> refresh(Request request);
  Task<Result<Response>> sign_out(Request request);
  Task<Result<void>> end_session(std::optional<Identity> user, std::string refresh_token);
  Task<Result<Response>> sign_out_everywhere(Request request);
  Task<Result<Response>> change_password(Request request);
  Task<Result<Response>> reset_password(Request request);
  Response signed_in(const SignIn::SignedIn& session, const Request& request) const;

  Accounts& accounts_;
  const Origins& origins_;
};

}  // namespace parley::api
