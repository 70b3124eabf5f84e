#pragma once

#include "api/http.h"
#include "services/rooms.h"

namespace parley::api {

/// /rooms, /rooms/{room_id}, joining and leaving. Outlives the router.
class RoomEndpoints {
 public:
  explicit RoomEndpoints(Rooms& rooms) : rooms_(rooms) {}
  void add_to(Router& router);

 private:
  Task<Result<Response>> list(Request request);
  Task<Result<Response>> create(Request request);
  Task<Result<Response>> show(Request request);
  Task<Result<Response>> update(Request request);
  Task<Result<Response>> remove(Request request);
  Task<Result<Response>> join(Request request);
  Task<Result<Response>> leave(Request request);

  Rooms& rooms_;
};

}  // namespace parley::api
