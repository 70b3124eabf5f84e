#pragma once

#include "api/http.h"
#include "services/sign_up.h"

namespace parley::api {

/// /server: what this server is, and the limits that clients should know. Outlives the router's use.
class ServerEndpoint {
 public:
  explicit ServerEndpoint(SignUp& sign_up) : sign_up_(sign_up) {}

  void add_to(Router& router);

 private:
  Task<Result<Response>> describe(Request request);

  SignUp& sign_up_;
};

}  // namespace parley::api
