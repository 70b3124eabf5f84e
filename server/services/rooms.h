#pragma once

#include "services/membership_service.h"
#include "services/room_access.h"
#include "services/room_changes.h"
#include "services/room_context.h"
#include "services/room_links.h"
#include "services/room_lists.h"
#include "services/room_purge.h"
#include "services/room_service.h"
#include "services/room_settler.h"

namespace parley {

/// All services of rooms, wired. Main makes one and hands out its parts; calls purge.resume() at start and
/// purge.stop() at the end. Io thread.
struct Rooms {
  Rooms(RoomContext context, Invites& invites, std::chrono::seconds purge_delay = {});
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  /// What the accounts' invites need of rooms.
  RoomHooks hooks();

  RoomAccess access;
  RoomPurge purge;
  RoomSettler settler;
  RoomChanges changes;
  RoomService rooms;
  MembershipService members;
  RoomLists lists;
  RoomLinks links;
};

}  // namespace parley
