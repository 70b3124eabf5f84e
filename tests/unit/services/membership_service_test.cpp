#include "services/membership_service.h"

#include "support/room_world.h"

namespace parley::test {
namespace {

using Fault = FaultyStreams::Fault;
using Kinds = std::vector<std::string>;
using Roles = std::map<std::string, std::string>;

class MembershipServiceTest : public RoomWorld {
 protected:
  MembershipService& members() { return rooms_.members; }
  std::string join(const Identity& user, const RoomView& room) {
    return code_of(run(members().join(user, room.room.id)));
  }
  std::string leave(const Identity& user, const RoomView& room) {
    return code_of(run(members().leave(user, room.room.id)));
  }
  std::string add(const Identity& by, const RoomView& room, const Identity& who, Role role = Role::member) {
    return code_of(run(members().add(by, room.room.id, who.user_id, role)));
  }
  std::string remove(const Identity& by, const RoomView& room, const Identity& who) {
    return code_of(run(members().remove(by, room.room.id, who.user_id)));
  }
  std::string set_role(const Identity& by, const RoomView& room, const Identity& who, Role role) {
    return code_of(run(members().set_role(by, room.room.id, who.user_id, role)));
  }
  std::string list(const Identity& by, const RoomView& room) {
    return code_of(run(members().list(by, room.room.id, "", 10)));
  }
  Entry last_entry(const RoomView& room) {
    return store_.streams().range(room_stream(room.room.id), head(room), head(room)).at(0);
  }
};

// --- joining and leaving

TEST_F(MembershipServiceTest, AnybodyJoinsAPublicRoomAndNobodyAPrivateOne) {
  const auto open = make_team(Visibility::public_room);
  const auto hidden = make_team(Visibility::private_room);
  EXPECT_EQ(join(mary_, open), "ok");
  EXPECT_EQ(join(mary_, hidden), "not_found");
  EXPECT_EQ(roles(open.room.id),
            (Roles{{"ada", "owner"}, {"grace", "admin"}, {"linus", "member"}, {"mary", "member"}}));
  EXPECT_EQ(told(mary_, 1), Kinds{"room_added"});
}

TEST_F(MembershipServiceTest, JoiningTwiceWritesOnce) {
  const auto room = make_team();
  const auto first = run(members().join(mary_, room.room.id)).value();
  const auto second = run(members().join(mary_, room.room.id)).value();
  EXPECT_EQ(room_json(first), room_json(second));
  EXPECT_EQ(first.role, Role::member);
  EXPECT_EQ(first.room.member_count, 4u);
  EXPECT_EQ(head(room), room.head + 1);
  EXPECT_EQ(join(ada_, room), "ok");
  EXPECT_EQ(roles(room.room.id)["ada"], "owner");
}

TEST_F(MembershipServiceTest, ANoticeOfComingInShowsTheRoomAsOfThen) {
  const auto room = make_team();
  const auto joined = run(members().join(mary_, room.room.id)).value();
  told(mary_, 1);
  const auto notice = store_.streams().range(user_stream(mary_.user_id), 1, 1).at(0);
  EXPECT_EQ(notice.body, room_added_body(joined));
  EXPECT_EQ(notice.key, "~a-" + room.room.id + "-" + std::to_string(joined.head));
}

TEST_F(MembershipServiceTest, LeavingTwiceWritesOnceAlsoWhereTheRoomIsPrivate) {
  for (const auto visibility : {Visibility::public_room, Visibility::private_room}) {
    const auto room = make_team(visibility);
    EXPECT_EQ(leave(linus_, room), "ok");
    EXPECT_EQ(leave(linus_, room), "ok");
    EXPECT_EQ(head(room), room.head + 1);
    EXPECT_EQ(last_entry(room).kind, "member_removed");
    EXPECT_EQ(last_entry(room).user_id, linus_.user_id);
  }
}

TEST_F(MembershipServiceTest, WhoNeverWasInAPrivateRoomCannotLeaveIt) {
  const auto room = make_team(Visibility::private_room);
  EXPECT_EQ(leave(mary_, room), "not_found");
  EXPECT_EQ(code_of(run(members().leave(mary_, new_id()))), "not_found");
  EXPECT_EQ(code_of(run(members().leave(mary_, "nonsense"))), "not_found");
}

TEST_F(MembershipServiceTest, OneMayLeaveAndComeBackManyTimes) {
  const auto room = make_team();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(leave(linus_, room), "ok");
    EXPECT_FALSE(roles(room.room.id).contains("linus"));
    EXPECT_EQ(join(linus_, room), "ok");
    EXPECT_TRUE(roles(room.room.id).contains("linus"));
  }
  EXPECT_EQ(told(linus_, 7).size(), 7u);
}

TEST_F(MembershipServiceTest, TheOwnerHandsOverBeforeLeaving) {
  const auto room = make_team();
  EXPECT_EQ(leave(ada_, room), "owner_must_hand_over");
  EXPECT_EQ(remove(ada_, room, ada_), "owner_must_hand_over");
  EXPECT_EQ(set_role(ada_, room, linus_, Role::owner), "ok");
  EXPECT_EQ(leave(ada_, room), "ok");
  EXPECT_EQ(roles(room.room.id), (Roles{{"grace", "admin"}, {"linus", "owner"}}));
}

TEST_F(MembershipServiceTest, WhoHoldsAnInviteComesIntoAPrivateRoom) {
  const auto room = make_team(Visibility::private_room);
  EXPECT_EQ(code_of(run(members().join_by_invite(mary_, room.room.id))), "ok");
  EXPECT_EQ(code_of(run(members().join_by_invite(mary_, room.room.id))), "ok");
  EXPECT_EQ(roles(room.room.id)["mary"], "member");
  EXPECT_EQ(code_of(run(members().join_by_invite(mary_, new_id()))), "not_found");
}

TEST_F(MembershipServiceTest, AFullRoomTakesNobodyMore) {
  auto log = LogBuilder({ada_.user_id, "ada"});
  std::vector<Entry> crowd{log.created("full")};
  for (std::size_t i = 1; i < MembershipService::kMaxMembers; ++i) {
    crowd.push_back(log.about(kind::member_added, {new_id(), "u" + std::to_string(i)}));
  }
  append_elsewhere(crowd);
  RoomView room;
  room.room.id = log.room_id();
  EXPECT_EQ(join(mary_, room), "too_many_members");
  EXPECT_EQ(add(ada_, room, mary_), "too_many_members");
  EXPECT_EQ(code_of(run(members().join_by_invite(mary_, log.room_id()))), "too_many_members");
  EXPECT_EQ(add(ada_, room, ada_), "ok") << "who is in it already";
}

// --- the matrix: who may do what to whom

TEST_F(MembershipServiceTest, WhoMayAddWhom) {
  const auto hidden = make_team(Visibility::private_room);
  const auto open = make_team(Visibility::public_room);
  EXPECT_EQ(add(mary_, hidden, mary_), "not_found");
  EXPECT_EQ(add(mary_, open, mary_), "forbidden");
  EXPECT_EQ(add(linus_, hidden, mary_), "forbidden");
  EXPECT_EQ(add(grace_, hidden, mary_, Role::admin), "forbidden");
  EXPECT_EQ(add(grace_, hidden, mary_), "ok");
  EXPECT_EQ(add(ada_, open, mary_, Role::admin), "ok");
  EXPECT_EQ(roles(hidden.room.id)["mary"], "member");
  EXPECT_EQ(roles(open.room.id)["mary"], "admin");
}

TEST_F(MembershipServiceTest, WhoIsAMemberAlreadyStaysWhatTheyAre) {
  const auto room = make_team();
  const auto again = run(members().add(ada_, room.room.id, grace_.user_id, Role::member)).value();
  EXPECT_EQ(again.member.role, Role::admin);
  EXPECT_EQ(again.display_name, "Display of grace");
  EXPECT_EQ(add(ada_, room, linus_, Role::admin), "ok");
  EXPECT_EQ(roles(room.room.id)["linus"], "member");
  EXPECT_EQ(head(room), room.head);
}

TEST_F(MembershipServiceTest, OnlyUsersWhoExistAndAreEnabledAreAdded) {
  const auto room = make_team();
  EXPECT_EQ(add(ada_, room, {new_id(), "nobody"}), "not_found");
  EXPECT_EQ(add(ada_, room, {"nonsense", "nobody"}), "not_found");
  store_.users().set_disabled(mary_.user_id, true);
  EXPECT_EQ(add(ada_, room, mary_), "not_found");
  EXPECT_EQ(head(room), room.head);
}

TEST_F(MembershipServiceTest, WhoMayRemoveWhom) {
  const auto other_admin = sign_up("barbara");
  const auto room = make_team();
  run(members().add(ada_, room.room.id, other_admin.user_id, Role::admin)).value();
  EXPECT_EQ(remove(mary_, room, linus_), "forbidden");
  EXPECT_EQ(remove(linus_, room, grace_), "forbidden");
  EXPECT_EQ(remove(linus_, room, mary_), "forbidden");
  EXPECT_EQ(remove(grace_, room, ada_), "forbidden");
  EXPECT_EQ(remove(grace_, room, other_admin), "forbidden");
  EXPECT_EQ(roles(room.room.id).size(), 4u);
  EXPECT_EQ(remove(grace_, room, linus_), "ok");
  EXPECT_EQ(remove(ada_, room, grace_), "ok");
  EXPECT_EQ(remove(other_admin, room, other_admin), "ok");
  EXPECT_EQ(roles(room.room.id), (Roles{{"ada", "owner"}}));
  const auto hidden = make_team(Visibility::private_room);
  EXPECT_EQ(remove(mary_, hidden, linus_), "not_found");
}

TEST_F(MembershipServiceTest, RemovingTwiceWritesOnceAndTellsOnce) {
  const auto room = make_team();
  EXPECT_EQ(remove(ada_, room, linus_), "ok");
  EXPECT_EQ(remove(ada_, room, linus_), "ok");
  EXPECT_EQ(remove(ada_, room, {"nonsense", ""}), "not_found");
  EXPECT_EQ(head(room), room.head + 1);
  EXPECT_EQ(told(linus_, 2), (Kinds{"room_added", "room_removed"}));
}

TEST_F(MembershipServiceTest, ARemovalSaysTheRoleThatWasLost) {
  const auto room = make_team();
  remove(ada_, room, grace_);
  EXPECT_EQ(last_entry(room).body, member_body({grace_.user_id, "grace", Role::admin}));
}

TEST_F(MembershipServiceTest, WhoMayChangeRoles) {
  const auto room = make_team();
  EXPECT_EQ(set_role(mary_, room, linus_, Role::admin), "forbidden");
  EXPECT_EQ(set_role(linus_, room, linus_, Role::admin), "forbidden");
  EXPECT_EQ(set_role(grace_, room, linus_, Role::admin), "forbidden");
  EXPECT_EQ(set_role(grace_, room, grace_, Role::owner), "forbidden");
  EXPECT_EQ(set_role(ada_, room, mary_, Role::admin), "not_found");
  EXPECT_EQ(set_role(ada_, room, ada_, Role::member), "conflict");
  EXPECT_EQ(head(room), room.head);
  EXPECT_EQ(set_role(ada_, room, linus_, Role::admin), "ok");
  EXPECT_EQ(set_role(ada_, room, grace_, Role::member), "ok");
  EXPECT_EQ(roles(room.room.id), (Roles{{"ada", "owner"}, {"grace", "member"}, {"linus", "admin"}}));
  const auto hidden = make_team(Visibility::private_room);
  EXPECT_EQ(set_role(mary_, hidden, linus_, Role::admin), "not_found");
}

TEST_F(MembershipServiceTest, ARoleThatOneHasAlreadyIsNotWrittenAgain) {
  const auto room = make_team();
  EXPECT_EQ(set_role(ada_, room, grace_, Role::admin), "ok");
  EXPECT_EQ(set_role(ada_, room, ada_, Role::owner), "ok");
  EXPECT_EQ(head(room), room.head);
}

TEST_F(MembershipServiceTest, HandingOverMakesTheOwnerAnAdmin) {
  const auto room = make_team();
  const auto heir = run(members().set_role(ada_, room.room.id, linus_.user_id, Role::owner)).value();
  EXPECT_EQ(heir.member.role, Role::owner);
  EXPECT_EQ(last_entry(room).kind, "owner_changed");
  EXPECT_EQ(roles(room.room.id), (Roles{{"ada", "admin"}, {"grace", "admin"}, {"linus", "owner"}}));
  EXPECT_EQ(run(rooms_.rooms.get(ada_, room.room.id)).value().room.owner_id, linus_.user_id);
  EXPECT_EQ(set_role(ada_, room, grace_, Role::member), "forbidden");
}

TEST_F(MembershipServiceTest, MembersAreListedToMembersByNamePageByPage) {
  const auto room = make_team();
  join(mary_, room);
  std::vector<std::string> names;
  std::string cursor;
  do {
    const auto page = run(members().list(linus_, room.room.id, cursor, 3)).value();
    for (const auto& item : page.items) names.push_back(item.member.username + ":" + item.display_name);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(names, (std::vector<std::string>{"ada:Display of ada", "grace:Display of grace", "linus:Display of linus",
                                             "mary:Display of mary"}));
  EXPECT_EQ(run(members().list(linus_, room.room.id, "no name", 3)).error().field, "cursor");
}

TEST_F(MembershipServiceTest, MembersAreListedToNobodyElse) {
  EXPECT_EQ(list(mary_, make_team(Visibility::public_room)), "forbidden");
  EXPECT_EQ(list(mary_, make_team(Visibility::private_room)), "not_found");
}

TEST_F(MembershipServiceTest, LinksAreForOwnerAndAdmins) {
  const auto room = make_team(Visibility::private_room);
  auto& links = rooms_.links;
  const auto create_as = [&](const Identity& user) { return code_of(run(links.create(user, room.room.id, {}))); };
  EXPECT_EQ(create_as(ada_), "ok");
  EXPECT_EQ(create_as(grace_), "ok");
  EXPECT_EQ(create_as(linus_), "forbidden");
  EXPECT_EQ(create_as(mary_), "not_found");
  const auto made = run(links.open(grace_, room.room.id, "", 10)).value();
  ASSERT_EQ(made.items.size(), 2u);
  EXPECT_EQ(code_of(run(links.open(linus_, room.room.id, "", 10))), "forbidden");
  EXPECT_EQ(code_of(run(links.withdraw(linus_, room.room.id, made.items[0].id))), "forbidden");
  EXPECT_EQ(code_of(run(links.withdraw(mary_, room.room.id, made.items[0].id))), "not_found");
  EXPECT_EQ(code_of(run(links.withdraw(grace_, room.room.id, made.items[0].id))), "ok");
  EXPECT_EQ(run(links.open(ada_, room.room.id, "", 10)).value().items.size(), 1u);
}

TEST_F(MembershipServiceTest, ALinkIsWithdrawnOnlyThroughItsOwnRoom) {
  const auto room = make_team(Visibility::private_room);
  const auto other = create(mary_, "mary's", Visibility::private_room);
  const auto made = run(rooms_.links.create(ada_, room.room.id, {})).value();
  EXPECT_EQ(code_of(run(rooms_.links.withdraw(mary_, other.room.id, made.invite.id))), "not_found");
  EXPECT_FALSE(store_.invites().find(made.invite.id)->ended);
}

// --- races

TEST_F(MembershipServiceTest, OfTwoHandOversAtOnceOneHolds) {
  const auto room = make_team();
  std::vector<std::string> outcomes;
  for (const auto& heir : {grace_, linus_}) {
    asio::co_spawn(loop_.context(), members().set_role(ada_, room.room.id, heir.user_id, Role::owner),
                   [&](std::exception_ptr, const Result<MemberView>& result) { outcomes.push_back(code_of(result)); });
  }
  run_until([&] { return outcomes.size() == 2; });
  std::sort(outcomes.begin(), outcomes.end());
  EXPECT_EQ(outcomes, (std::vector<std::string>{"forbidden", "ok"}));
  const auto found = roles(room.room.id);
  EXPECT_EQ(std::count_if(found.begin(), found.end(), [](const auto& m) { return m.second == "owner"; }), 1);
}

TEST_F(MembershipServiceTest, AnAdminWhoWasRemovedMeanwhileRemovesNobody) {
  const auto room = make_team();
  // grace's act has passed every look at the room when ada, on another instance, removes her.
  meanwhile(room, kind::member_removed, member_body({grace_.user_id, "grace", Role::admin}));
  EXPECT_EQ(remove(grace_, room, linus_), "forbidden");
  EXPECT_EQ(roles(room.room.id), (Roles{{"ada", "owner"}, {"linus", "member"}}));
}

TEST_F(MembershipServiceTest, ARemovalOfWhoWasMadeOwnerMeanwhileIsRefused) {
  const auto room = make_team();
  meanwhile(room, kind::owner_changed, member_body({linus_.user_id, "linus", Role::owner}));
  EXPECT_EQ(remove(grace_, room, linus_), "forbidden");
  EXPECT_EQ(roles(room.room.id)["linus"], "owner");
}

TEST_F(MembershipServiceTest, ARemovalAfterAPromotionSaysTheNewRole) {
  const auto room = make_team();
  meanwhile(room, kind::member_role, member_body({linus_.user_id, "linus", Role::admin}));
  EXPECT_EQ(remove(ada_, room, linus_), "ok");
  EXPECT_EQ(last_entry(room).body, member_body({linus_.user_id, "linus", Role::admin}));
}

TEST_F(MembershipServiceTest, ManyWhoJoinAtOnceAreEachAMemberOnce) {
  const auto room = create(ada_, "crowd");
  std::vector<Identity> crowd;
  for (int i = 0; i < 20; ++i) crowd.push_back(sign_up("user" + std::to_string(i)));
  int done = 0;
  for (const auto& user : crowd) {
    for (int twice = 0; twice < 2; ++twice) {
      asio::co_spawn(loop_.context(), members().join(user, room.room.id),
                     [&](std::exception_ptr, const Result<RoomView>& joined) { done += joined ? 1 : 0; });
    }
  }
  run_until([&] { return done == 40; });
  EXPECT_EQ(head(room), 21u);
  EXPECT_EQ(store_.rooms().load(room.room.id)->room.member_count, 21u);
}

TEST_F(MembershipServiceTest, AnAdditionOfUnknownOutcomeIsToldOnceItIsKnown) {
  const auto room = create(ada_, "general");
  told(ada_, 1);
  streams_.fail_next({Fault::unknown_committed});
  EXPECT_EQ(add(ada_, room, mary_), "outcome_unknown");
  EXPECT_EQ(add(ada_, room, mary_), "ok");
  EXPECT_EQ(head(room), 2u);
  EXPECT_EQ(told(mary_, 1), Kinds{"room_added"});
}

TEST_F(MembershipServiceTest, AnAdditionThatWasLostIsToldToNobody) {
  const auto room = create(ada_, "general");
  told(ada_, 1);
  streams_.fail_next({Fault::unknown_lost});
  EXPECT_EQ(add(ada_, room, mary_), "outcome_unknown");
  EXPECT_EQ(roles(room.room.id), (Roles{{"ada", "owner"}}));
  EXPECT_EQ(kinds(user_stream(mary_.user_id)), Kinds{});
  EXPECT_EQ(join(mary_, room), "ok");
  EXPECT_EQ(told(mary_, 1), Kinds{"room_added"});
}

}  // namespace
}  // namespace parley::test
