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

TEST_P(RoomRepositoryContract, an_unknown_room_is_nothing) { EXPECT_FALSE(rooms().load(new_id())); }

TEST_P(RoomRepositoryContract, a_created_room_has_its_owner_as_member) {
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

TEST_P(RoomRepositoryContract, members_come_change_and_go) {
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

TEST_P(RoomRepositoryContract, adding_and_removing_again_counts_nobody_twice) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.about(kind::member_added, grace)});
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 2u);
  append({log.about(kind::member_removed, grace), log.about(kind::member_removed, grace)});
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 1u);
}

TEST_P(RoomRepositoryContract, handing_over_makes_the_former_owner_an_admin) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.about(kind::owner_changed, grace, Role::owner)});
  EXPECT_EQ(role_of(log.room_id(), ada), Role::admin);
  EXPECT_EQ(role_of(log.room_id(), grace), Role::owner);
  EXPECT_EQ(rooms().load(log.room_id())->room.owner_id, grace.id);
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 2u);
}

TEST_P(RoomRepositoryContract, a_message_changes_nothing) {
  auto log = make_room("general");
  append({log.message()});
  EXPECT_EQ(rooms().load(log.room_id())->applied, 1u);
}

TEST_P(RoomRepositoryContract, an_entry_that_is_not_committed_changes_nothing) {
  auto log = make_room("general", Visibility::public_room, ada);
  const auto head = log.head();
  append({log.about(kind::member_added, grace)});
  log.back_to(head);
  store().streams().append(std::vector{log.about(kind::member_added, linus)});
  EXPECT_TRUE(role_of(log.room_id(), grace));
  EXPECT_FALSE(role_of(log.room_id(), linus));
}

TEST_P(RoomRepositoryContract, a_body_that_cannot_be_read_only_moves_the_projection_on) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.next(kind::member_added, ada, R"({"of_a_later_release":1})")});
  EXPECT_EQ(rooms().load(log.room_id())->applied, 2u);
  EXPECT_EQ(rooms().load(log.room_id())->room.member_count, 1u);
}

TEST_P(RoomRepositoryContract, a_deleted_room_has_no_members_and_is_in_no_list) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.deleted()});
  const auto found = rooms().load(log.room_id());
  EXPECT_TRUE(found->room.deleted);
  EXPECT_EQ(found->room.member_count, 0u);
  EXPECT_TRUE(found->members.empty());
  EXPECT_TRUE(rooms().rooms_of(grace.id, "", {}, 10).items.empty());
  EXPECT_TRUE(rooms().room_ids_of(grace.id).empty());
  EXPECT_TRUE(public_names().empty());
  EXPECT_TRUE(rooms().all_rooms({}, 10).items.empty());
}

TEST_P(RoomRepositoryContract, the_projection_is_there_after_a_restart) {
  auto log = make_room("general", Visibility::public_room, ada);
  append({log.about(kind::member_added, grace), log.changed("renamed")});
  store().reopen();
  EXPECT_EQ(rooms().load(log.room_id())->room.name, "renamed");
  EXPECT_TRUE(role_of(log.room_id(), grace));
}

TEST_P(RoomRepositoryContract, ones_rooms_come_by_name_page_by_page_with_ones_role) {
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

TEST_P(RoomRepositoryContract, ones_rooms_are_found_by_a_part_of_their_name) {
  make_room("Zebra Crossing", Visibility::private_room, ada);
  make_room("Lion", Visibility::private_room, ada);
  const auto page = rooms().rooms_of(ada.id, fold_name("BRA C"), {}, 10);
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].room.name, "Zebra Crossing");
}

TEST_P(RoomRepositoryContract, public_rooms_come_by_folded_name_and_private_ones_never) {
  make_room("beta");
  make_room("Alpha");
  make_room("hidden", Visibility::private_room);
  make_room("GAMMA");
  EXPECT_EQ(public_names(), (Names{"Alpha", "beta", "GAMMA"}));
  EXPECT_EQ(public_names("", 2), (Names{"Alpha", "beta", "GAMMA"}));
  EXPECT_EQ(public_names("am"), (Names{"GAMMA"}));
}

TEST_P(RoomRepositoryContract, rooms_of_one_name_each_come_once) {
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

TEST_P(RoomRepositoryContract, wildcards_in_a_search_mean_themselves) {
  make_room("plain");
  make_room("100%");
  EXPECT_EQ(public_names("%"), (Names{"100%"}));
  EXPECT_EQ(public_names("_"), Names{});
  EXPECT_EQ(public_names("pl*"), Names{});
}

TEST_P(RoomRepositoryContract, public_rooms_show_the_askers_role) {
  make_room("mine", Visibility::public_room, ada);
  make_room("theirs");
  const auto page = rooms().public_rooms(ada.id, "", {}, 10);
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].role, Role::owner);
  EXPECT_EQ(page.items[1].role, std::nullopt);
}

TEST_P(RoomRepositoryContract, a_room_that_was_hidden_leaves_the_public_list) {
  auto log = make_room("general");
  append({log.changed("general", Visibility::private_room)});
  EXPECT_EQ(public_names(), Names{});
  append({log.changed("shown again")});
  EXPECT_EQ(public_names(), (Names{"shown again"}));
}

TEST_P(RoomRepositoryContract, the_operator_sees_all_rooms) {
  make_room("a");
  make_room("b", Visibility::private_room);
  const auto first = rooms().all_rooms({}, 1);
  ASSERT_TRUE(first.next);
  const auto second = rooms().all_rooms(*first.next, 1);
  EXPECT_EQ(first.items[0].room.name, "a");
  EXPECT_EQ(second.items[0].room.name, "b");
  EXPECT_FALSE(second.next);
}

TEST_P(RoomRepositoryContract, owned_rooms_are_counted) {
  EXPECT_EQ(rooms().owned_count(ada.id), 0u);
  make_room("a", Visibility::public_room, ada);
  auto other = make_room("b", Visibility::public_room, grace);
  append({other.about(kind::member_added, ada)});
  EXPECT_EQ(rooms().owned_count(ada.id), 1u);
  append({other.about(kind::owner_changed, ada, Role::owner)});
  EXPECT_EQ(rooms().owned_count(ada.id), 2u);
  EXPECT_EQ(rooms().owned_count(grace.id), 0u);
}

TEST_P(RoomRepositoryContract, a_name_is_claimed_once) {
  const auto first = rooms().claim_name("general", "one", kNoon);
  EXPECT_EQ(first.room_id, "one");
  const auto second = rooms().claim_name("general", "two", kNoon + std::chrono::seconds(5));
  EXPECT_EQ(second.room_id, "one");
  EXPECT_EQ(second.claimed_at, kNoon);
  EXPECT_EQ(rooms().claim_name("general", "one", kNoon).room_id, "one");
  EXPECT_EQ(rooms().claim_name("other", "two", kNoon).room_id, "two");
}

TEST_P(RoomRepositoryContract, only_who_holds_a_claim_gives_it_back) {
  rooms().claim_name("general", "one", kNoon);
  rooms().release_name("general", "two");
  EXPECT_EQ(rooms().claim_name("general", "two", kNoon).room_id, "one");
  rooms().release_name("general", "one");
  EXPECT_EQ(rooms().claim_name("general", "two", kNoon).room_id, "two");
}

TEST_P(RoomRepositoryContract, of_many_who_claim_a_name_at_once_one_has_it) {
  std::vector<std::string> holders(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    threads.emplace_back([&, i] { holders[i] = rooms().claim_name("race", std::to_string(i), kNoon).room_id; });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& holder : holders) EXPECT_EQ(holder, holders[0]);
}

TEST_P(RoomRepositoryContract, deleted_rooms_are_unpurged_until_it_is_noted) {
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
