#include <algorithm>
#include <thread>

#include "contract/stores.h"
#include "core/text.h"
#include "support/log_builder.h"

namespace parley::test {
namespace {

using Names = std::vector<std::string>;

class RoomRepositoryContract : public StoreTest {
 protected:
  RoomRepository& rooms() { return store().rooms(); }

  void append(const std::vector<Entry>& batch) {
    for (const auto& outcome : store().streams().append(batch)) {
      ASSERT_EQ(outcome.status, AppendOutcome::Status::committed);
    }
  }

  LogBuilder make_room(const std::string& name, Visibility visibility = Visibility::public_room, Person owner = {}) {
    LogBuilder log(std::move(owner));
    append({log.created(name, visibility)});
    return log;
  }

  /// All pages of public rooms, one room each.
  Names public_names(const std::string& query = "", std::size_t limit = 1) {
    Names names;
    RoomPlace after;
    for (bool more = true; more;) {
      const auto page = rooms().public_rooms(ada.id, fold_name(query), after, limit);
      EXPECT_LE(page.items.size(), limit);
      for (const auto& item : page.items) names.push_back(item.room.name);
      more = page.next.has_value();
      if (more) after = *page.next;
    }
    return names;
  }

  std::optional<Role> role_of(const std::string& room_id, const Person& person) {
    const auto snapshot = rooms().load(room_id);
    for (const auto& member : snapshot->members) {
      if (member.user_id == person.id) return member.role;
    }
    return std::nullopt;
  }

  const Person ada{new_id(), "ada"};
  const Person grace{new_id(), "grace"};
  const Person linus{new_id(), "linus"};
};

TEST_P(RoomRepositoryContract, AnUnknownRoomIsNothing) {
  EXPECT_FALSE(rooms().load(new_id()));
}

TEST_P(RoomRepositoryContract, ACreatedRoomHasItsOwnerAsMember) {
  const auto log = make_room("general", Visibility::private_room, ada);
  const auto found = rooms().load(log.room_id());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->room.id, log.room_id());
  EXPECT_EQ(found->room.name, "general");
  EXPECT_EQ(found->room.description, "about general");
  EXPECT_EQ(found->room.visibility, Visibility::private_room);
  EXPECT_EQ(found->room.owner_id, ada.id);
  EXPECT_EQ(found->room.created_at, kNoon);
  EXPECT_FALSE(found->room.deleted);
  EXPECT_EQ(found->room.member_count, 1u);
  EXPECT_EQ(found->applied, 1u);
  ASSERT_EQ(found->members.size(), 1u);
  EXPECT_EQ(found->members[0].username, "ada");
  EXPECT_EQ(found->members[0].role, Role::owner);
}

TEST_P(RoomRepositoryContract, MembersComeChangeAndGo) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.about(kind::member_added, linus, Role::admin)});
  EXPECT_EQ(role_of(log.room_id(), grace), Role::member);
  EXPECT_EQ(role_of(log.room_id(), linus), Role::admin);
  append({log.about(kind::member_role, grace, Role::admin), log.about(kind::member_removed, linus)});
  const auto found = rooms().load(log.room_id());
  EXPECT_EQ(role_of(log.room_id(), grace), Role::admin);
  EXPECT_FALSE(role_of(log.room_id(), linus));
  EXPECT_EQ(found->room.member_count, 2u);
  EXPECT_EQ(found->members.size(), 2u);
  EXPECT_EQ(found->applied, 5u);
}

TEST_P(RoomRepositoryContract, AddingAndRemovingAgainCountsNobodyTwice) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.about(kind::member_added, grace)});
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 2u);
  append({log.about(kind::member_removed, grace), log.about(kind::member_removed, grace)});
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 1u);
}

TEST_P(RoomRepositoryContract, HandingOverMakesTheFormerOwnerAnAdmin) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.about(kind::owner_changed, grace, Role::owner)});
  EXPECT_EQ(role_of(log.room_id(), ada), Role::admin);
  EXPECT_EQ(role_of(log.room_id(), grace), Role::owner);
  EXPECT_EQ(rooms().load(log.room_id())->room.owner_id, grace.id);
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 2u);
}

TEST_P(RoomRepositoryContract, AMessageChangesNothing) {
  auto log = make_room("general");
  append({log.message()});
  EXPECT_EQ(rooms().load(log.room_id())->applied, 1u);
}

TEST_P(RoomRepositoryContract, AnEntryThatIsNotCommittedChangesNothing) {
  auto log = make_room("general", Visibility::public_room, ada);
  const auto head = log.head();
  append({log.about(kind::member_added, grace)});
  log.back_to(head);
  store().streams().append(std::vector{log.about(kind::member_added, linus)});
  EXPECT_TRUE(role_of(log.room_id(), grace));
  EXPECT_FALSE(role_of(log.room_id(), linus));
}

TEST_P(RoomRepositoryContract, ABodyThatCannotBeReadOnlyMovesTheProjectionOn) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.next(kind::member_added, ada, R"({"of_a_later_release":1})")});
  EXPECT_EQ(rooms().load(log.room_id())->applied, 2u);
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 1u);
}

TEST_P(RoomRepositoryContract, TheLastMembersOfADeletedRoomAreKnownUntilItIsSettled) {
  auto log = make_room("general", Visibility::public_room, ada);
  const auto end = log.deleted();
  append({end});
  EXPECT_TRUE(role_of(log.room_id(), ada));
  store().streams().settle(end);
  EXPECT_TRUE(rooms().load(log.room_id())->members.empty());
}

TEST_P(RoomRepositoryContract, ADeletedRoomCountsNoMembersAndIsInNoList) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.deleted()});
  const auto found = rooms().load(log.room_id());
  EXPECT_TRUE(found->room.deleted);
  EXPECT_EQ(found->room.member_count, 0u);
  EXPECT_EQ(rooms().owned_count(ada.id), 0u);
  EXPECT_TRUE(rooms().rooms_of(grace.id, "", {}, 10).items.empty());
  EXPECT_TRUE(rooms().room_ids_of(grace.id).empty());
  EXPECT_TRUE(public_names().empty());
  EXPECT_TRUE(rooms().all_rooms({}, 10).items.empty());
}

TEST_P(RoomRepositoryContract, TheProjectionIsThereAfterARestart) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.changed("renamed")});
  store().reopen();
  EXPECT_EQ(rooms().load(log.room_id())->room.name, "renamed");
  EXPECT_TRUE(role_of(log.room_id(), grace));
}

TEST_P(RoomRepositoryContract, OnesRoomsComeByNamePageByPageWithOnesRole) {
  make_room("not mine");
  make_room("b", Visibility::private_room, ada);
  auto joined = make_room("A", Visibility::public_room, grace);
  append({joined.about(kind::member_added, ada)});
  make_room("c", Visibility::public_room, ada);
  Names names;
  std::vector<Role> roles;
  RoomPlace after;
  for (int i = 0; i < 3; ++i) {
    const auto page = rooms().rooms_of(ada.id, "", after, 1);
    ASSERT_EQ(page.items.size(), 1u);
    names.push_back(page.items[0].room.name);
    roles.push_back(page.items[0].role.value());
    EXPECT_EQ(page.next.has_value(), i < 2);
    if (page.next) after = *page.next;
  }
  EXPECT_EQ(names, (Names{"A", "b", "c"}));
  EXPECT_EQ(roles, (std::vector{Role::member, Role::owner, Role::owner}));
  EXPECT_EQ(rooms().room_ids_of(ada.id).size(), 3u);
}

TEST_P(RoomRepositoryContract, OnesRoomsAreFoundByAPartOfTheirName) {
  make_room("Zebra Crossing", Visibility::private_room, ada);
  make_room("Lion", Visibility::private_room, ada);
  const auto page = rooms().rooms_of(ada.id, fold_name("BRA C"), {}, 10);
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].room.name, "Zebra Crossing");
}

TEST_P(RoomRepositoryContract, PublicRoomsComeByFoldedNameAndPrivateOnesNever) {
  make_room("beta");
  make_room("Alpha");
  make_room("hidden", Visibility::private_room);
  make_room("GAMMA");
  EXPECT_EQ(public_names(), (Names{"Alpha", "beta", "GAMMA"}));
  EXPECT_EQ(public_names("", 2), (Names{"Alpha", "beta", "GAMMA"}));
  EXPECT_EQ(public_names("am"), (Names{"GAMMA"}));
}

TEST_P(RoomRepositoryContract, RoomsOfOneNameEachComeOnce) {
  for (int i = 0; i < 3; ++i) make_room("same", Visibility::private_room, ada);
  std::vector<std::string> ids;
  RoomPlace after;
  for (int i = 0; i < 3; ++i) {
    const auto page = rooms().rooms_of(ada.id, "", after, 1);
    ASSERT_EQ(page.items.size(), 1u);
    ids.push_back(page.items[0].room.id);
    after = page.next.value_or(RoomPlace{});
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST_P(RoomRepositoryContract, WildcardsInASearchMeanThemselves) {
  make_room("plain");
  make_room("100%");
  EXPECT_EQ(public_names("%"), (Names{"100%"}));
  EXPECT_EQ(public_names("_"), Names{});
  EXPECT_EQ(public_names("pl*"), Names{});
}

TEST_P(RoomRepositoryContract, PublicRoomsShowTheAskersRole) {
  make_room("mine", Visibility::public_room, ada);
  make_room("theirs");
  const auto page = rooms().public_rooms(ada.id, "", {}, 10);
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].role, Role::owner);
  EXPECT_EQ(page.items[1].role, std::nullopt);
}

TEST_P(RoomRepositoryContract, ARoomThatWasHiddenLeavesThePublicList) {
  auto log = make_room("general");
  append({log.changed("general", Visibility::private_room)});
  EXPECT_EQ(public_names(), Names{});
  append({log.changed("shown again")});
  EXPECT_EQ(public_names(), (Names{"shown again"}));
}

TEST_P(RoomRepositoryContract, TheOperatorSeesAllRooms) {
  make_room("a");
  make_room("b", Visibility::private_room);
  const auto first = rooms().all_rooms({}, 1);
  ASSERT_TRUE(first.next);
  const auto second = rooms().all_rooms(*first.next, 1);
  EXPECT_EQ(first.items[0].room.name, "a");
  EXPECT_EQ(second.items[0].room.name, "b");
  EXPECT_FALSE(second.next);
}

TEST_P(RoomRepositoryContract, OwnedRoomsAreCounted) {
  EXPECT_EQ(rooms().owned_count(ada.id), 0u);
  make_room("a", Visibility::public_room, ada);
  auto other = make_room("b", Visibility::public_room, grace);
  append({other.about(kind::member_added, ada)});
  EXPECT_EQ(rooms().owned_count(ada.id), 1u);
  append({other.about(kind::owner_changed, ada, Role::owner)});
  EXPECT_EQ(rooms().owned_count(ada.id), 2u);
  EXPECT_EQ(rooms().owned_count(grace.id), 0u);
}

TEST_P(RoomRepositoryContract, ANameIsClaimedOnce) {
  const auto first = rooms().claim_name("general", "one", kNoon);
  EXPECT_EQ(first.room_id, "one");
  const auto second = rooms().claim_name("general", "two", kNoon + std::chrono::seconds(5));
  EXPECT_EQ(second.room_id, "one");
  EXPECT_EQ(second.claimed_at, kNoon);
  EXPECT_EQ(rooms().claim_name("general", "one", kNoon).room_id, "one");
  EXPECT_EQ(rooms().claim_name("other", "two", kNoon).room_id, "two");
}

TEST_P(RoomRepositoryContract, OnlyWhoHoldsAClaimGivesItBack) {
  rooms().claim_name("general", "one", kNoon);
  rooms().release_name("general", "two");
  EXPECT_EQ(rooms().claim_name("general", "two", kNoon).room_id, "one");
  rooms().release_name("general", "one");
  EXPECT_EQ(rooms().claim_name("general", "two", kNoon).room_id, "two");
}

TEST_P(RoomRepositoryContract, OfManyWhoClaimANameAtOnceOneHasIt) {
  std::vector<std::string> holders(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    threads.emplace_back([&, i] { holders[i] = rooms().claim_name("race", std::to_string(i), kNoon).room_id; });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& holder : holders) EXPECT_EQ(holder, holders[0]);
}

TEST_P(RoomRepositoryContract, DeletedRoomsAreUnpurgedUntilItIsNoted) {
  auto kept = make_room("kept");
  auto gone = make_room("gone");
  append({gone.deleted()});
  EXPECT_EQ(rooms().unpurged(10), (std::vector{gone.room_id()}));
  rooms().mark_purged(kept.room_id());
  rooms().mark_purged(gone.room_id());
  EXPECT_TRUE(rooms().unpurged(10).empty());
  EXPECT_EQ(rooms().load(gone.room_id())->room.name, "");
  EXPECT_EQ(rooms().load(gone.room_id())->room.description, "");
  EXPECT_TRUE(rooms().load(gone.room_id())->room.deleted);
  EXPECT_EQ(rooms().load(kept.room_id())->room.name, "kept");
}

PARLEY_ON_EVERY_STORE(RoomRepositoryContract);

}  // namespace
}  // namespace parley::test
