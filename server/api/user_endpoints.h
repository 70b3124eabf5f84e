#pragma once

#include "api/http.h"
#include "services/user_directory.h"

namespace parley::api {

/// /auth/me and /users. Outlives the router's use.
class UserEndpoints {
 public:
  explicit UserEndpoints(UserDirectory& directory) : directory_(directory) {}

  void add_to(Router& router);

 private:
  Task<Result<Response>> me(Request request);
  Task<Result<Response>> change_me(Request request);
  Task<Result<Response>> look_up(Request request);

  UserDirectory& directory_;
};

}  // namespace parley::api
