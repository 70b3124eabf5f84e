#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ticker.h"
#include "services/rooms.h"
#include "support/code_of.h"
#include "support/stream_world.h"

namespace parley::test {

/// The services of rooms over a real store, and four people: ada, grace, linus and mary.
class RoomWorld : public StreamWorld {
 protected:
  RoomWorld();

  Identity sign_up(const std::string& username);

  /// ada's room with grace as admin and linus as member.
  RoomView make_team(Visibility visibility = Visibility::public_room, const std::string& name = "team");
  RoomView create(const Identity& owner, const std::string& name, Visibility visibility = Visibility::public_room);
  Result<RoomView> try_create(const Identity& owner, const std::string& name,
                              Visibility visibility = Visibility::public_room);
  Result<RoomView> rename(const Identity& user, const RoomView& room, const std::string& name);

  /// What ada writes on another instance when the next act here has passed every look at the room and is about to be
  /// appended.
  void meanwhile(const RoomView& room, std::string_view kind, std::string body);

  /// Username to role.
  std::map<std::string, std::string> roles(const std::string& room_id);
  std::uint64_t head(const RoomView& room) { return store_.streams().head(room_stream(room.room.id)).seq; }
  std::vector<std::string> kinds(const std::string& stream);
  /// What the user was told by their own stream, once `count` such entries are there.
  std::vector<std::string> told(const Identity& user, std::size_t count);

  Invites invites_{
      AccountContext{store_.users(), store_.sessions(), store_.access_tokens(), store_.invites(), pool_, clock_}};
  Rooms rooms_{RoomContext{loop_, appender_, states_, streams_, store_.rooms(), store_.users(), pool_, clock_},
               invites_};
  Ticker sweep_{loop_, std::chrono::milliseconds(20), "sweep", [this] { return rooms_.settler.sweep(); }};
  Identity ada_ = sign_up("ada");
  Identity grace_ = sign_up("grace");
  Identity linus_ = sign_up("linus");
  Identity mary_ = sign_up("mary");
};

}  // namespace parley::test
