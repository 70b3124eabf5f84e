#pragma once

#include "api/http.h"
#include "services/room_invites.h"

namespace parley::api {

/// /invites: from the side of whoever got a link. Outlives the router's use.
class InviteEndpoints {
 public:
  explicit InviteEndpoints(RoomInvites& invites) : invites_(invites) {}

  void add_to(Router& router);

 private:
  Task<Result<Response>> preview(Request request);
  Task<Result<Response>> accept(Request request);

  RoomInvites& invites_;
};

}  // namespace parley::api
