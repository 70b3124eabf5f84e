#pragma once

#include "core/event_loop.h"
#include "core/time.h"
#include "core/worker_pool.h"
#include "repositories/room_repository.h"
#include "repositories/stream_repository.h"
#include "repositories/user_repository.h"
#include "streams/appender.h"
#include "streams/stream_states.h"

namespace parley {

/// What the services of rooms share. Copied freely; what it refers to outlives them all.
struct RoomContext {
  EventLoop& loop;
  Appender& appender;
  StreamStates& states;
  StreamRepository& streams;
  RoomRepository& rooms;
  UserRepository& users;
  WorkerPool& store_pool;
  const Clock& clock;
};

}  // namespace parley
