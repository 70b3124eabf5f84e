#pragma once

#include "api/http.h"
#include "api/links.h"
#include "services/room_links.h"

namespace parley::api {

/// /rooms/{room_id}/invites: made, listed and withdrawn by who manages the room. Outlives the router.
class RoomLinkEndpoints {
 public:
  RoomLinkEndpoints(RoomLinks& room_links, const Links& pages) : room_links_(room_links), pages_(pages) {}
  void add_to(Router& router);

 private:
  Task<Result<Response>> list(Request request);
  Task<Result<Response>> create(Request request);
  Task<Result<Response>> withdraw(Request request);

  RoomLinks& room_links_;
  const Links& pages_;
};

}  // namespace parley::api
