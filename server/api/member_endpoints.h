#pragma once

#include "api/http.h"
#include "services/rooms.h"

namespace parley::api {

/// /rooms/{room_id}/members. Outlives the router.
class MemberEndpoints {
 public:
  explicit MemberEndpoints(MembershipService& members) : members_(members) {}
  void add_to(Router& router);

 private:
  Task<Result<Response>> list(Request request);
  Task<Result<Response>> add(Request request);
  Task<Result<Response>> set_role(Request request);
  Task<Result<Response>> remove(Request request);

  MembershipService& members_;
};

}  // namespace parley::api
