#pragma once

#include "api/http.h"
#include "api/links.h"
#include "services/invites.h"
#include "services/user_directory.h"

namespace parley::api {

/// /admin: accounts and invites, for the server's admins. Outlives the router's use.
class AdminEndpoints {
 public:
  AdminEndpoints(UserDirectory& directory, Invites& invites, const Links& links)
      : directory_(directory), invites_(invites), links_(links) {}

  void add_to(Router& router);

 private:
  Task<Result<Response>> list_users(Request request);
  Task<Result<Response>> change_user(Request request);
  Task<Result<Response>> create_password_reset(Request request);
  Task<Result<Response>> list_invites(Request request);
  Task<Result<Response>> create_invite(Request request);
  Task<Result<Response>> withdraw_invite(Request request);

  UserDirectory& directory_;
  Invites& invites_;
  const Links& links_;
};

}  // namespace parley::api
