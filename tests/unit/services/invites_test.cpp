#include "services/invites.h"

#include <set>
#include <thread>

#include "services/room_invites.h"
#include "support/account_world.h"

namespace parley::test {
namespace {

class InvitesTest : public AccountWorld {
 protected:
  NewInvite create(Invites::Terms terms = {}) { return run(accounts_.invites.create(std::move(terms))).value(); }
  NewInvite create_for_room(std::optional<std::uint64_t> max_uses = std::nullopt) {
    Invites::Terms terms;
    terms.kind = InviteKind::room;
    terms.room_id = "room";
    terms.max_uses = max_uses;
    return create(terms);
  }
};

TEST_F(InvitesTest, AnInviteIsFoundByItsTokenWhichIsNotKept) {
  const auto made = create();
  const auto found = run(accounts_.invites.find(made.token));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.invite.id);
  EXPECT_EQ(found->hash.find(made.token), std::string::npos);
  EXPECT_EQ(found->expires_at, clock_.now() + std::chrono::hours(7 * 24));
  EXPECT_FALSE(run(accounts_.invites.find(made.invite.id)));
  EXPECT_FALSE(run(accounts_.invites.find(made.token + "x")));
  EXPECT_FALSE(run(accounts_.invites.find("0123456789abcdef")));
}

TEST_F(InvitesTest, OpenOnesAreListedNewestFirst) {
  const auto first = create();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const auto second = create();
  create_for_room();
  const auto page = run(accounts_.invites.open(InviteKind::server, "", "", 1)).value();
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].id, second.invite.id);
  const auto rest = run(accounts_.invites.open(InviteKind::server, "", page.next_cursor, 1)).value();
  ASSERT_EQ(rest.items.size(), 1u);
  EXPECT_EQ(rest.items[0].id, first.invite.id);
  EXPECT_EQ(rest.next_cursor, "");
}

TEST_F(InvitesTest, AWithdrawnOneIsGoneAndWithdrawingAgainIsFine) {
  const auto made = create();
  EXPECT_EQ(code_of(run(accounts_.invites.withdraw(InviteKind::server, "", made.invite.id))), "ok");
  EXPECT_EQ(code_of(run(accounts_.invites.withdraw(InviteKind::server, "", made.invite.id))), "ok");
  EXPECT_TRUE(run(accounts_.invites.open(InviteKind::server, "", "", 10))->items.empty());
}

TEST_F(InvitesTest, OnlyOnesOfTheSameKindAndRoomAreWithdrawn) {
  const auto made = create_for_room();
  EXPECT_EQ(code_of(run(accounts_.invites.withdraw(InviteKind::server, "", made.invite.id))), "not_found");
  EXPECT_EQ(code_of(run(accounts_.invites.withdraw(InviteKind::room, "other", made.invite.id))), "not_found");
  EXPECT_EQ(code_of(run(accounts_.invites.withdraw(InviteKind::server, "", "nonsense"))), "not_found");
  EXPECT_EQ(run(accounts_.invites.open(InviteKind::room, "room", "", 10))->items.size(), 1u);
}

TEST_F(InvitesTest, OpenOnesAreBounded) {
  for (int i = 0; i < 100; ++i) create();
  EXPECT_EQ(code_of(run(accounts_.invites.create({}))), "too_many_invites");
  create_for_room();
}

/// Rooms of which there is one, "room", with a set of members.
class RoomInvitesTest : public InvitesTest {
 protected:
  RoomHooks hooks() {
    RoomHooks rooms;
    rooms.describe = [this](std::string id) -> Task<std::optional<RoomHooks::Summary>> { return describe(id); };
    rooms.is_member = [this](std::string user, std::string) { return is_member(user); };
    rooms.join = [this](Identity user, std::string) { return join(user); };
    rooms.room_json = [this](Identity user, std::string) { return room_json(user); };
    return rooms;
  }

  Task<std::optional<RoomHooks::Summary>> describe(std::string id) {
    if (deleted_) co_return std::nullopt;
    co_return RoomHooks::Summary{id, "A room", "for all", members_.size()};
  }
  Task<bool> is_member(std::string user) { co_return members_.contains(user); }
  Task<Result<void>> join(Identity user) {
    if (full_) co_return refuse(Code::too_many_members);
    if (silent_) co_return refuse(Code::outcome_unknown);
    if (broken_) throw StoreUnavailable("the room can't be read");
    members_.insert(user.user_id);
    co_return Result<void>();
  }
  Task<Result<std::string>> room_json(Identity user) { co_return "{\"seen_by\":\"" + user.user_id + "\"}"; }

  std::string accept(std::string user, std::string token) {
    Identity identity;
    identity.user_id = std::move(user);
    return code_of(run(invites_.accept(identity, std::move(token))));
  }
  RoomInvites::Preview preview(std::string token) { return run(invites_.preview(std::move(token))).value(); }

  std::set<std::string> members_;
  bool full_ = false;
  bool silent_ = false;
  bool broken_ = false;
  bool deleted_ = false;
  RoomInvites invites_{accounts_.invites, hooks()};
};

TEST_F(RoomInvitesTest, AcceptingJoinsTheRoom) {
  const auto made = create_for_room(2);
  EXPECT_EQ(accept("ada", made.token), "ok");
  EXPECT_TRUE(members_.contains("ada"));
  EXPECT_EQ(store_.invites().find(made.invite.id)->uses, 1u);
}

TEST_F(RoomInvitesTest, AMemberTakesNoUse) {
  members_.insert("ada");
  const auto made = create_for_room(1);
  EXPECT_EQ(accept("ada", made.token), "ok");
  EXPECT_EQ(store_.invites().find(made.invite.id)->uses, 0u);
  EXPECT_EQ(accept("bob", made.token), "ok");
  EXPECT_EQ(accept("eve", made.token), "invite_invalid");
  EXPECT_FALSE(members_.contains("eve"));
}

TEST_F(RoomInvitesTest, AUseThatCameToNothingIsGivenBack) {
  const auto made = create_for_room(1);
  full_ = true;
  EXPECT_EQ(accept("ada", made.token), "too_many_members");
  full_ = false;
  EXPECT_EQ(accept("bob", made.token), "ok");
}

TEST_F(RoomInvitesTest, SoIsOneThatCameToNothingBecauseTheStoreFailed) {
  const auto made = create_for_room(1);
  broken_ = true;
  EXPECT_THROW(accept("ada", made.token), StoreUnavailable);
  broken_ = false;
  EXPECT_EQ(accept("bob", made.token), "ok");
}

TEST_F(RoomInvitesTest, AUseOfUnknownOutcomeStaysTaken) {
  const auto made = create_for_room(1);
  silent_ = true;
  EXPECT_EQ(accept("ada", made.token), "outcome_unknown");
  EXPECT_EQ(store_.invites().find(made.invite.id)->uses, 1u);
  silent_ = false;
  EXPECT_EQ(accept("bob", made.token), "invite_invalid");
}

TEST_F(RoomInvitesTest, WhoCameInEarlierAndIsRefusedNowLeavesTheUseOfThen) {
  const auto made = create_for_room(2);
  ASSERT_EQ(accept("ada", made.token), "ok");
  members_.clear();
  full_ = true;
  EXPECT_EQ(accept("ada", made.token), "too_many_members");
  EXPECT_EQ(store_.invites().find(made.invite.id)->uses, 1u);
}

TEST_F(RoomInvitesTest, OtherLinksOpenNoRoom) {
  EXPECT_EQ(accept("ada", create().token), "conflict");
  EXPECT_EQ(accept("ada", "0123456789abcdef"), "not_found");
  const auto user = sign_up("ada");
  EXPECT_EQ(accept("ada", run(accounts_.directory.create_password_reset("", user.id))->token), "not_found");
}

TEST_F(RoomInvitesTest, APreviewShowsTheRoomOnlyWhileItIsValid) {
  const auto made = create_for_room(1);
  EXPECT_TRUE(preview(made.token).valid);
  EXPECT_EQ(preview(made.token).room->name, "A room");
  EXPECT_EQ(accept("ada", made.token), "ok");
  EXPECT_FALSE(preview(made.token).valid);
  EXPECT_FALSE(preview(made.token).room);
}

TEST_F(RoomInvitesTest, TheInviteOfADeletedRoomIsDead) {
  const auto made = create_for_room();
  deleted_ = true;
  EXPECT_FALSE(preview(made.token).valid);
}

TEST_F(RoomInvitesTest, APreviewOfAServerInviteShowsNoRoom) {
  const auto shown = preview(create().token);
  EXPECT_EQ(shown.kind, InviteKind::server);
  EXPECT_TRUE(shown.valid);
  EXPECT_FALSE(shown.room);
  EXPECT_EQ(code_of(run(invites_.preview("0123456789abcdef"))), "not_found");
}

}  // namespace
}  // namespace parley::test
