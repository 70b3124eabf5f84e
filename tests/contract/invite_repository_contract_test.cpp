#include <atomic>
#include <thread>

#include "contract/stores.h"
#include "support/account_samples.h"

namespace parley::test {
namespace {

using Use = InviteRepository::Use;

class InviteRepositoryContract : public StoreTest {
 protected:
  InviteRepository& invites() { return store().invites(); }

  Invite add(std::optional<std::uint64_t> max_uses) {
    auto invite = sample_invite();
    invite.max_uses = max_uses;
    invites().create(invite);
    return invite;
  }
};

TEST_P(InviteRepositoryContract, AnInviteIsReadAsItWasMade) {
  auto invite = sample_invite(InviteKind::password_reset);
  invite.user_id = "user";
  invite.max_uses = 1;
  invite.expires_at = kLater;
  invites().create(invite);
  const auto found = invites().find(invite.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, InviteKind::password_reset);
  EXPECT_EQ(found->user_id, "user");
  EXPECT_EQ(found->hash, invite.hash);
  EXPECT_EQ(found->created_by, invite.created_by);
  EXPECT_EQ(found->created_at, kNoon);
  EXPECT_EQ(found->expires_at, kLater);
  EXPECT_EQ(found->max_uses, 1u);
  EXPECT_EQ(found->uses, 0u);
  EXPECT_FALSE(invites().find(new_id()));
}

TEST_P(InviteRepositoryContract, UsesAreCountedAndEndAtTheLimit) {
  const auto invite = add(2);
  EXPECT_EQ(invites().take_use(invite.id, "ada", kNoon), Use::taken);
  EXPECT_EQ(invites().take_use(invite.id, "bob", kNoon), Use::taken);
  EXPECT_EQ(invites().take_use(invite.id, "eve", kNoon), Use::none_left);
  EXPECT_EQ(invites().find(invite.id)->uses, 2u);
}

TEST_P(InviteRepositoryContract, TheSameUserTakesNoSecondUse) {
  const auto invite = add(1);
  EXPECT_EQ(invites().take_use(invite.id, "ada", kNoon), Use::taken);
  EXPECT_EQ(invites().take_use(invite.id, "ada", kNoon), Use::had_one);
  EXPECT_EQ(invites().find(invite.id)->uses, 1u);
}

TEST_P(InviteRepositoryContract, OfManyWhoTakeAtOnceAsManyGetOneAsThereAre) {
  const auto invite = add(3);
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&, i] { taken += invites().take_use(invite.id, "user" + std::to_string(i), kNoon) == Use::taken ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 3);
}

TEST_P(InviteRepositoryContract, AReturnedUseCanBeTakenByAnother) {
  const auto invite = add(2);
  invites().take_use(invite.id, "ada", kNoon);
  invites().take_use(invite.id, "bob", kNoon);
  invites().return_use(invite.id, "ada");
  invites().return_use(invite.id, "ada");
  EXPECT_EQ(invites().take_use(invite.id, "eve", kNoon), Use::taken);
  EXPECT_EQ(invites().take_use(invite.id, "ada", kNoon), Use::none_left);
}

TEST_P(InviteRepositoryContract, WithoutALimitUsesDoNotEnd) {
  const auto invite = add(std::nullopt);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(invites().take_use(invite.id, "user" + std::to_string(i), kNoon), Use::taken);
  EXPECT_EQ(invites().find(invite.id)->uses, 20u);
}

TEST_P(InviteRepositoryContract, AWithdrawnOrUnknownInviteHasNoUse) {
  const auto invite = add(5);
  invites().end(invite.id, kNoon);
  EXPECT_TRUE(invites().find(invite.id)->ended);
  EXPECT_EQ(invites().take_use(invite.id, "ada", kNoon), Use::none_left);
  EXPECT_EQ(invites().take_use(new_id(), "ada", kNoon), Use::none_left);
}

TEST_P(InviteRepositoryContract, OpenOnesAreOfTheKindAndSubjectAndCanBeUsed) {
  const auto open = add(std::nullopt);
  const auto used_up = add(1);
  invites().take_use(used_up.id, "ada", kNoon);
  const auto withdrawn = add(std::nullopt);
  invites().end(withdrawn.id, kNoon);
  auto expired = sample_invite();
  expired.expires_at = kNoon;
  invites().create(expired);
  auto of_room = sample_invite(InviteKind::room);
  of_room.room_id = "room";
  invites().create(of_room);

  const auto for_server = invites().open_for(InviteKind::server, "", kNoon);
  ASSERT_EQ(for_server.size(), 1u);
  EXPECT_EQ(for_server.front().id, open.id);
  ASSERT_EQ(invites().open_for(InviteKind::room, "room", kNoon).size(), 1u);
  EXPECT_TRUE(invites().open_for(InviteKind::room, "other", kNoon).empty());
}

TEST_P(InviteRepositoryContract, AnInviteToTheServerMayLeadToARoom) {
  auto invite = sample_invite();
  invite.room_id = "room";
  invites().create(invite);
  EXPECT_EQ(invites().find(invite.id)->room_id, "room");
  EXPECT_EQ(invites().open_for(InviteKind::server, "", kNoon).size(), 1u);
  EXPECT_TRUE(invites().open_for(InviteKind::room, "room", kNoon).empty());
}

TEST_P(InviteRepositoryContract, OnlyWhatHasLongBeenDeadIsPurged) {
  const auto alive = add(1);
  const auto withdrawn = add(std::nullopt);
  invites().take_use(alive.id, "ada", kNoon);
  invites().take_use(withdrawn.id, "ada", kNoon);
  invites().end(withdrawn.id, kNoon);
  EXPECT_EQ(invites().purge(kNoon, 10), 0u);
  EXPECT_EQ(invites().purge(kLater, 10), 1u);
  EXPECT_FALSE(invites().find(withdrawn.id));
  EXPECT_EQ(invites().find(alive.id)->uses, 1u);
}

PARLEY_ON_EVERY_STORE(InviteRepositoryContract);

}  // namespace
}  // namespace parley::test
