#include "services/room_service.h"

#include <boost/json.hpp>

#include "support/room_world.h"

namespace parley::test {
namespace {

using Fault = FaultyStreams::Fault;
using Kinds = std::vector<std::string>;

class RoomServiceTest : public RoomWorld {
 protected:
  RoomService& rooms() { return rooms_.rooms; }

  std::string update(const Identity& user, const RoomView& room, RoomService::Update update) {
    return code_of(run(rooms().update(user, room.room.id, std::move(update))));
  }
  std::string set_visibility(const Identity& user, const RoomView& room, Visibility visibility) {
    RoomService::Update change;
    change.visibility = visibility;
    return update(user, room, std::move(change));
  }
  void wait_until_cleaned() {
    run_until([this] { return rooms_.settler.busy() == 0 && rooms_.purge.busy() == 0; });
  }
};

TEST_F(RoomServiceTest, WhoCreatesARoomOwnsIt) {
  const auto room = create(ada_, "  general ", Visibility::private_room);
  EXPECT_EQ(room.room.name, "general");
  EXPECT_EQ(room.room.owner_id, ada_.user_id);
  EXPECT_EQ(room.role, Role::owner);
  EXPECT_EQ(room.head, 1u);
  EXPECT_EQ(room.room.member_count, 1u);
  EXPECT_EQ(room.room.created_at, clock_.now());
  const auto shown = run(rooms().get(ada_, room.room.id)).value();
  EXPECT_EQ(room_json(shown), room_json(room));
  EXPECT_EQ(told(ada_, 1), Kinds{"room_added"});
}

TEST_F(RoomServiceTest, TheCreatorIsToldTheRoomAsTheySeeIt) {
  const auto room = create(ada_, "general");
  told(ada_, 1);
  const auto notice = store_.streams().range(user_stream(ada_.user_id), 1, 1).at(0);
  EXPECT_EQ(notice.body, room_added_body(room));
}

TEST_F(RoomServiceTest, BadNamesAndDescriptionsAreRefusedByField) {
  EXPECT_EQ(try_create(ada_, " ").error().field, "name");
  EXPECT_EQ(try_create(ada_, std::string(65, 'x')).error().field, "name");
  const auto result = run(rooms().create(ada_, {"ok", std::string(501, 'x'), Visibility::public_room}));
  EXPECT_EQ(result.error().field, "description");
  EXPECT_EQ(store_.rooms().owned_count(ada_.user_id), 0u);
}

TEST_F(RoomServiceTest, APublicNameIsTakenAfterFolding) {
  create(ada_, "Straße");
  EXPECT_EQ(code_of(try_create(grace_, "STRASSE")), "name_taken");
  EXPECT_EQ(try_create(grace_, "STRASSE").error().field, "name");
  EXPECT_EQ(code_of(try_create(grace_, "STRASSE", Visibility::private_room)), "ok");
}

TEST_F(RoomServiceTest, ANameIsFreeAgainAfterRenamingHidingOrDeleting) {
  const auto first = create(ada_, "one");
  EXPECT_EQ(code_of(rename(ada_, first, "uno")), "ok");
  const auto second = create(grace_, "one");
  EXPECT_EQ(set_visibility(grace_, second, Visibility::private_room), "ok");
  const auto third = create(linus_, "one");
  EXPECT_EQ(code_of(run(rooms().remove(linus_, third.room.id))), "ok");
  wait_until_cleaned();
  run_until([&] { return code_of(try_create(mary_, "one")) == "ok"; });
}

TEST_F(RoomServiceTest, TheNameOfADeletedRoomIsFreeAlsoWhileItIsCleanedUp) {
  const auto room = create(ada_, "one");
  EXPECT_EQ(code_of(run(rooms().remove(ada_, room.room.id))), "ok");
  store_.rooms().claim_name("one", room.room.id, clock_.now());
  EXPECT_EQ(code_of(try_create(mary_, "one")), "ok");
}

TEST_F(RoomServiceTest, ANameStaysTakenWhenARoomTakesItBack) {
  const auto room = create(ada_, "one");
  EXPECT_EQ(code_of(rename(ada_, room, "two")), "ok");
  EXPECT_EQ(code_of(rename(ada_, room, "ONE")), "ok");
  EXPECT_EQ(code_of(rename(ada_, room, "one")), "ok");
  EXPECT_EQ(code_of(try_create(grace_, "one")), "name_taken");
  EXPECT_EQ(code_of(try_create(grace_, "two")), "ok");
}

TEST_F(RoomServiceTest, ARoomIsPublishedOnlyUnderAFreeName) {
  create(ada_, "general");
  const auto hidden = create(grace_, "general", Visibility::private_room);
  EXPECT_EQ(set_visibility(grace_, hidden, Visibility::public_room), "name_taken");
  EXPECT_EQ(head(hidden), 1u);
  EXPECT_EQ(code_of(rename(grace_, hidden, "other")), "ok");
  EXPECT_EQ(set_visibility(grace_, hidden, Visibility::public_room), "ok");
}

TEST_F(RoomServiceTest, AClaimThatNoRoomUsesIsTakenOverOnceItIsOld) {
  store_.rooms().claim_name("general", new_id(), clock_.now());
  EXPECT_EQ(code_of(try_create(ada_, "general")), "name_taken");
  clock_.advance(RoomNames::kUnusedClaim);
  EXPECT_EQ(code_of(try_create(ada_, "general")), "ok");
}

TEST_F(RoomServiceTest, AClaimOfARoomThatWasRenamedSinceIsTakenOver) {
  const auto room = create(grace_, "now");
  store_.rooms().claim_name("before", room.room.id, clock_.now());
  clock_.advance(RoomNames::kUnusedClaim);
  EXPECT_EQ(code_of(try_create(ada_, "before")), "ok");
  EXPECT_EQ(code_of(try_create(ada_, "now")), "name_taken");
}

TEST_F(RoomServiceTest, ANameIsGivenBackWhenTheRoomCannotBeMade) {
  streams_.fail_next({Fault::unavailable});
  EXPECT_EQ(code_of(try_create(ada_, "general")), "store_unavailable");
  EXPECT_EQ(code_of(try_create(grace_, "general")), "ok");
}

TEST_F(RoomServiceTest, ANameStaysClaimedWhileItIsNotKnownWhetherTheRoomWasMade) {
  streams_.fail_next({Fault::unknown_committed});
  EXPECT_EQ(code_of(try_create(ada_, "general")), "outcome_unknown");
  EXPECT_EQ(code_of(try_create(grace_, "general")), "name_taken");
  clock_.advance(RoomNames::kUnusedClaim);
  EXPECT_EQ(code_of(try_create(grace_, "general")), "name_taken");
  EXPECT_EQ(told(ada_, 1), Kinds{"room_added"}) << "it was made after all";
}

TEST_F(RoomServiceTest, ARoomThatWasNotMadeInTheEndLosesItsName) {
  streams_.fail_next({Fault::unknown_lost});
  EXPECT_EQ(code_of(try_create(ada_, "general")), "outcome_unknown");
  clock_.advance(RoomNames::kUnusedClaim);
  EXPECT_EQ(code_of(try_create(grace_, "general")), "ok");
}

TEST_F(RoomServiceTest, OneOwnsSoManyRoomsAndNoMore) {
  std::vector<Entry> made;
  for (std::size_t i = 0; i < RoomService::kMaxOwned; ++i) {
    LogBuilder log({ada_.user_id, "ada"});
    made.push_back(log.created("room", Visibility::private_room));
  }
  append_elsewhere(made);
  EXPECT_EQ(code_of(try_create(ada_, "one too many")), "too_many_rooms");
  EXPECT_EQ(code_of(try_create(grace_, "one too many")), "ok");
}

TEST_F(RoomServiceTest, AChangeSaysAllThreeAndKeepsWhatWasNotGiven) {
  const auto room = make_team();
  RoomService::Update change;
  change.description = "new words";
  EXPECT_EQ(update(grace_, room, change), "ok");
  const auto entry = store_.streams().range(room_stream(room.room.id), head(room), head(room)).at(0);
  EXPECT_EQ(entry.kind, "room_changed");
  EXPECT_EQ(entry.user_id, grace_.user_id);
  EXPECT_EQ(entry.body, R"({"name":"team","description":"new words","visibility":"public"})");
}

TEST_F(RoomServiceTest, AChangeToWhatIsAlreadySoWritesNothing) {
  const auto room = make_team();
  EXPECT_EQ(code_of(rename(ada_, room, " team ")), "ok");
  EXPECT_EQ(head(room), room.head);
}

TEST_F(RoomServiceTest, AChangeDoesNotUndoAnothersOfTheSameMoment) {
  const auto room = make_team();
  auto changed = room.room;
  changed.description = "ada's words";
  meanwhile(room, kind::room_changed, room_body(changed));
  const auto renamed = rename(grace_, room, "grace's name");
  ASSERT_EQ(code_of(renamed), "ok");
  EXPECT_EQ(renamed->room.name, "grace's name");
  EXPECT_EQ(renamed->room.description, "ada's words");
}

TEST_F(RoomServiceTest, OwnerAndAdminsChangeARoomMembersAndOthersDoNot) {
  for (const auto visibility : {Visibility::public_room, Visibility::private_room}) {
    const auto room = make_team(visibility, std::string(to_string(visibility)));
    EXPECT_EQ(code_of(rename(ada_, room, "a" + room.room.name)), "ok");
    EXPECT_EQ(code_of(rename(grace_, room, "b" + room.room.name)), "ok");
    EXPECT_EQ(code_of(rename(linus_, room, "c")), "forbidden");
    EXPECT_EQ(code_of(rename(mary_, room, "d")), visibility == Visibility::public_room ? "forbidden" : "not_found");
  }
}

TEST_F(RoomServiceTest, WhoMayNotKnowOfARoomLearnsNothingByABadField) {
  const auto room = make_team(Visibility::private_room);
  EXPECT_EQ(code_of(rename(mary_, room, "")), "not_found");
  EXPECT_EQ(code_of(rename(linus_, room, "")), "forbidden");
  EXPECT_EQ(code_of(rename(ada_, room, "")), "validation_failed");
}

TEST_F(RoomServiceTest, APublicRoomIsSeenByAllAPrivateOneByItsMembers) {
  const auto open = make_team(Visibility::public_room);
  const auto hidden = make_team(Visibility::private_room);
  EXPECT_EQ(run(rooms().get(mary_, open.room.id)).value().role, std::nullopt);
  EXPECT_EQ(run(rooms().get(linus_, hidden.room.id)).value().role, Role::member);
  EXPECT_EQ(code_of(run(rooms().get(mary_, hidden.room.id))), "not_found");
}

TEST_F(RoomServiceTest, APrivateRoomAndNoRoomAnswerInTheSameWords) {
  const auto hidden = make_team(Visibility::private_room);
  const auto there = run(rooms().get(mary_, hidden.room.id)).error();
  for (const auto& nowhere : {new_id(), std::string("nonsense"), std::string(), std::string(1000, 'x')}) {
    const auto absent = run(rooms().get(mary_, nowhere)).error();
    EXPECT_EQ(absent.code, there.code);
    EXPECT_EQ(absent.message, there.message);
  }
}

TEST_F(RoomServiceTest, OnlyTheOwnerDeletes) {
  const auto open = make_team(Visibility::public_room);
  const auto hidden = make_team(Visibility::private_room);
  EXPECT_EQ(code_of(run(rooms().remove(grace_, open.room.id))), "forbidden");
  EXPECT_EQ(code_of(run(rooms().remove(linus_, open.room.id))), "forbidden");
  EXPECT_EQ(code_of(run(rooms().remove(mary_, open.room.id))), "forbidden");
  EXPECT_EQ(code_of(run(rooms().remove(mary_, hidden.room.id))), "not_found");
  EXPECT_EQ(code_of(run(rooms().remove(ada_, open.room.id))), "ok");
  EXPECT_EQ(code_of(run(rooms().remove(ada_, open.room.id))), "not_found");
}

TEST_F(RoomServiceTest, ADeletedRoomIsGoneForAllAndEveryMemberIsTold) {
  const auto room = make_team();
  run(rooms().remove(ada_, room.room.id)).value();
  for (const auto& user : {ada_, grace_, linus_, mary_}) {
    EXPECT_EQ(code_of(run(rooms().get(user, room.room.id))), "not_found");
  }
  for (const auto& user : {ada_, grace_, linus_}) EXPECT_EQ(told(user, 2), (Kinds{"room_added", "room_removed"}));
  EXPECT_EQ(kinds(user_stream(mary_.user_id)), Kinds{});
}

TEST_F(RoomServiceTest, ADeletedRoomKeepsNothingButItsLastEntry) {
  const auto room = make_team();
  for (int i = 0; i < 1200; ++i) {
    appender_.submit(message(room_stream(room.room.id), "secret"), [](const auto&) {});
  }
  run_until([&] { return head(room) == room.head + 1200; });
  run(rooms().remove(ada_, room.room.id)).value();
  wait_until_cleaned();
  EXPECT_EQ(kinds(room_stream(room.room.id)), Kinds{});
  const auto last = store_.streams().range(room_stream(room.room.id), 1001, 2000);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].kind, "room_deleted");
  EXPECT_EQ(store_.rooms().load(room.room.id)->room.name, "");
  EXPECT_EQ(code_of(run(rooms().get(ada_, room.room.id))), "not_found");
  states_.forget(room_stream(room.room.id));
  EXPECT_EQ(code_of(run(rooms().get(ada_, room.room.id))), "not_found");
}

TEST_F(RoomServiceTest, AnInterruptedPurgeGoesOnAtTheNextStart) {
  auto log = make_room();
  append_elsewhere({log.message(), log.message(), log.deleted()});
  rooms_.purge.resume();
  run_until([&] { return kinds(log.stream()) == Kinds{"room_deleted"}; });
  run_until([&] { return store_.rooms().unpurged(10).empty(); });
}

TEST_F(RoomServiceTest, ADeletedRoomsLinksAreWithdrawn) {
  const auto room = make_team();
  const auto made = run(rooms_.links.create(ada_, room.room.id, {})).value();
  run(rooms().remove(ada_, room.room.id)).value();
  run_until([&] { return store_.invites().find(made.invite.id)->ended; });
}

TEST_F(RoomServiceTest, ADeletionOfUnknownOutcomeIsFollowedUp) {
  const auto room = make_team();
  told(linus_, 1);
  streams_.fail_next({Fault::unknown_committed});
  EXPECT_EQ(code_of(run(rooms().remove(ada_, room.room.id))), "outcome_unknown");
  EXPECT_EQ(told(linus_, 2), (Kinds{"room_added", "room_removed"}));
  EXPECT_EQ(code_of(run(rooms().remove(ada_, room.room.id))), "not_found");
}

TEST_F(RoomServiceTest, TheOperatorDeletesInTheOwnersName) {
  const auto room = make_team(Visibility::private_room);
  EXPECT_EQ(code_of(run(rooms().remove_as_operator(room.room.id))), "ok");
  EXPECT_EQ(code_of(run(rooms().remove_as_operator(room.room.id))), "not_found");
  EXPECT_EQ(code_of(run(rooms().remove_as_operator("nonsense"))), "not_found");
  wait_until_cleaned();
  EXPECT_EQ(store_.streams().range(room_stream(room.room.id), 1, 100).at(0).user_id, ada_.user_id);
}

TEST_F(RoomServiceTest, NoticesAreTriedAgainUntilTheyAreThere) {
  const auto room = create(ada_, "general");
  told(ada_, 1);
  // The room's entry is committed, the notice is not, twice.
  streams_.fail_next({Fault::none, Fault::unavailable, Fault::unknown_committed});
  run(rooms_.members.join(grace_, room.room.id)).value();
  EXPECT_EQ(told(grace_, 1), Kinds{"room_added"});
}

TEST_F(RoomServiceTest, AUsersNoticesKeepTheirOrderThroughFailures) {
  const auto room = create(ada_, "general");
  told(ada_, 1);
  streams_.fail_next({Fault::none, Fault::unavailable});
  run(rooms_.members.join(grace_, room.room.id)).value();
  // Her leaving may be in the batch that fails.
  run_until([&] { return code_of(run(rooms_.members.leave(grace_, room.room.id))) == "ok"; });
  EXPECT_EQ(told(grace_, 2), (Kinds{"room_added", "room_removed"}));
}

// --- lists

TEST_F(RoomServiceTest, ListsComeByNamePageByPage) {
  for (const auto* name : {"beta", "Alpha", "gamma"}) create(ada_, name);
  create(ada_, "hidden", Visibility::private_room);
  std::vector<std::string> names;
  std::string cursor;
  do {
    const auto page = run(rooms_.lists.mine(ada_, "", cursor, 1)).value();
    ASSERT_EQ(page.items.size(), 1u);
    EXPECT_EQ(page.items[0].head, 1u);
    names.push_back(page.items[0].room.name);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(names, (std::vector<std::string>{"Alpha", "beta", "gamma", "hidden"}));
  EXPECT_EQ(run(rooms_.lists.all_public(mary_, "ALPH", "", 10)).value().items.size(), 1u);
  EXPECT_EQ(run(rooms_.lists.all_public(mary_, "", "", 10)).value().items.size(), 3u);
  EXPECT_TRUE(run(rooms_.lists.mine(mary_, "", "", 10)).value().items.empty());
}

TEST_F(RoomServiceTest, AForgedCursorIsRefused) {
  for (const auto* cursor : {"x", "forged!", "AAAA", "====", "01j9z3k6v8m2n4p6q8r0s2t4v6"}) {
    EXPECT_EQ(run(rooms_.lists.mine(ada_, "", cursor, 1)).error().field, "cursor") << cursor;
  }
}

TEST_F(RoomServiceTest, TheOperatorsListNamesOwners) {
  create(ada_, "a");
  create(grace_, "b", Visibility::private_room);
  const auto page = run(rooms_.lists.all("", 10)).value();
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].owner, "ada");
  EXPECT_EQ(page.items[1].owner, "grace");
}

}  // namespace
}  // namespace parley::test
