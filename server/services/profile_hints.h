#pragma once

#include <string>

#include "core/task.h"
#include "core/worker_pool.h"
#include "repositories/room_repository.h"
#include "streams/bus_link.h"

namespace parley {

/// Tells those who share a room with a user that the user's profile has changed. A hint: who misses it looks display
/// names up anew when they reconnect. Io thread.
class ProfileHints {
 public:
  ProfileHints(RoomRepository& rooms, WorkerPool& store_pool, BusLink& bus)
      : rooms_(rooms), store_pool_(store_pool), bus_(bus) {}

  Task<> send(std::string user_id);

 private:
  RoomRepository& rooms_;
  WorkerPool& store_pool_;
  BusLink& bus_;
};

}  // namespace parley
