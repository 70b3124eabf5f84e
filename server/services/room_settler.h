#pragma once

#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/invites.h"
#include "services/room_context.h"
#include "services/room_names.h"
#include "services/room_purge.h"
#include "services/user_notices.h"

namespace parley {

/// Does what follows from changes of rooms: tells the users whom they concern by their own streams; of a deleted room
/// frees the name, withdraws the invites and begins the purge. The store notes each change as unsettled until that is
/// done (StreamRepository::unsettled), so that it is done for certain, whoever dies meanwhile; all of it may be done
/// twice. Of one room in the order of its entries, so that the last thing a user learns is true. Io thread.
class RoomSettler {
 public:
  RoomSettler(RoomContext context, RoomPurge& purge, Invites& invites);

  /// A change was committed, or may have been.
  void begin(const std::string& stream);

  /// Of a deleted room: frees its name and withdraws its invites. Whoever deletes it need not wait for the rest.
  Task<> give_back(std::string room_id);

  /// Does what a process that died left undone. Called at start and every few seconds.
  Task<> sweep();

  /// Rooms under way.
  std::size_t busy() const { return busy_.size(); }

  /// Returns when no room is under way any more, at the latest after `most`.
  Task<> drain(std::chrono::milliseconds most);

 private:
  static constexpr std::size_t kAtOnce = 1000;

  Task<> settle_all(std::string stream);
  Task<bool> settle_some(std::string stream);
  Task<> settle(Entry entry, StreamStatePtr state);
  Task<std::vector<Proposal>> notices_of(Entry entry, StreamStatePtr state);
  Task<std::vector<Proposal>> farewells(Entry entry);

  RoomContext context_;
  RoomPurge& purge_;
  Invites& invites_;
  RoomNames names_;
  std::unordered_map<std::string, bool> busy_;  ///< by stream: whether something came since it was last looked at
};

}  // namespace parley
