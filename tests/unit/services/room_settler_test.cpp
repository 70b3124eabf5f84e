#include "services/room_settler.h"

#include "support/room_world.h"

namespace parley::test {
namespace {

using Kinds = std::vector<std::string>;

/// What follows from changes whose writer died right after their commit (RoomWorld sweeps all the time).
class RoomSettlerTest : public RoomWorld {
 protected:
  Person person_of(const Identity& user) { return {user.user_id, user.username}; }
};

TEST_F(RoomSettlerTest, AddingAndRemovingAreToldInTheirOrder) {
  LogBuilder log(person_of(ada_));
  append_elsewhere({log.created("team"), log.about(kind::member_added, person_of(grace_)),
                    log.about(kind::member_removed, person_of(grace_)),
                    log.about(kind::member_added, person_of(grace_))});
  EXPECT_EQ(told(grace_, 3), (Kinds{"room_added", "room_removed", "room_added"}));
  EXPECT_EQ(told(ada_, 1), Kinds{"room_added"});
  run_until([&] { return store_.streams().unsettled(1).empty(); });
}

TEST_F(RoomSettlerTest, OfADeletedRoomAllWhoWereInItAreToldAndItsNameIsFree) {
  const auto room = make_team();
  for (const auto& user : {ada_, grace_, linus_}) told(user, 1);
  const auto head = store_.streams().head(room_stream(room.room.id));
  Entry end;
  end.stream = room_stream(room.room.id);
  end.kind = std::string(kind::room_deleted);
  end.user_id = ada_.user_id;
  end.username = "ada";
  end.key = "~end";
  end.body = "{}";
  continue_from(head, clock_.now(), end);
  append_elsewhere({end});
  states_.forget(end.stream);
  for (const auto& user : {ada_, grace_, linus_}) EXPECT_EQ(told(user, 2), (Kinds{"room_added", "room_removed"}));
  run_until([&] { return store_.rooms().unpurged(1).empty(); });
  EXPECT_EQ(code_of(try_create(mary_, "team")), "ok");
  EXPECT_TRUE(store_.rooms().load(room.room.id)->members.empty());
}

TEST_F(RoomSettlerTest, DoingItTwiceTellsNobodyTwice) {
  const auto room = make_team();
  told(grace_, 1);
  run_until([&] { return store_.streams().unsettled(1).empty(); });
  rooms_.settler.begin(room_stream(room.room.id));
  run(rooms_.settler.sweep());
  EXPECT_EQ(told(grace_, 1), Kinds{"room_added"});
}

}  // namespace
}  // namespace parley::test
