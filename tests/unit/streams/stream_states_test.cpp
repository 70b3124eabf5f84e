#include "streams/stream_states.h"

#include "support/stream_world.h"

namespace parley::test {
namespace {

/// A room whose projection stays as it was when it was frozen: as in a store that projects after the entry.
class LaggingRooms : public RoomRepository {
 public:
  explicit LaggingRooms(RoomRepository& store) : store_(store) {}
  void freeze(const std::string& room_id) { frozen_ = store_.load(room_id); }

  std::optional<RoomSnapshot> load(std::string_view room_id) override {
    return frozen_ && frozen_->room.id == room_id ? frozen_ : store_.load(room_id);
  }
  RoomPage rooms_of(std::string_view, std::string_view, const RoomPlace&, std::size_t) override { return {}; }
  std::vector<std::string> room_ids_of(std::string_view) override { return {}; }
  RoomPage public_rooms(std::string_view, std::string_view, const RoomPlace&, std::size_t) override { return {}; }
  RoomPage all_rooms(const RoomPlace&, std::size_t) override { return {}; }
  std::size_t owned_count(std::string_view) override { return 0; }
  NameClaim claim_name(std::string_view, std::string_view, Timestamp) override { return {}; }
  void release_name(std::string_view, std::string_view) override {}
  std::vector<std::string> unpurged(std::size_t) override { return {}; }
  void mark_purged(std::string_view) override {}

 private:
  RoomRepository& store_;
  std::optional<RoomSnapshot> frozen_;
};

class StreamStatesTest : public StreamWorld {
 protected:
  StreamStatePtr load(const LogBuilder& log) { return load_state(log.stream(), streams_, rooms_); }

  LaggingRooms rooms_{store_.rooms()};
  const Person grace_{new_id(), "grace"};
  const Person linus_{new_id(), "linus"};
};

TEST_F(StreamStatesTest, ARoomThatDoesNotExistIsAStateOfNothing) {
  const auto state = load_state(room_stream(new_id()), streams_, rooms_);
  EXPECT_FALSE(state->room_exists());
  EXPECT_EQ(state->head().seq, 0u);
}

TEST_F(StreamStatesTest, AUsersStreamHasOnlyAHead) {
  const auto stream = user_stream(grace_.id);
  run(appender_.append(message(stream, "x")));
  EXPECT_EQ(load_state(stream, streams_, rooms_)->head().seq, 1u);
}

TEST_F(StreamStatesTest, AStateIsWhatTheProjectionSaysAtTheHead) {
  auto log = make_room(Visibility::private_room);
  append_elsewhere({log.about(kind::member_added, grace_), log.message(), log.message()});
  const auto state = load(log);
  EXPECT_TRUE(state->room_exists());
  EXPECT_EQ(state->head().seq, 4u);
  EXPECT_EQ(state->head().messages, 2u);
  EXPECT_EQ(state->members().size(), 2u);
  EXPECT_EQ(state->room().visibility, Visibility::private_room);
}

TEST_F(StreamStatesTest, AProjectionThatLagsIsBroughtUpToTheHead) {
  auto log = make_room();
  append_elsewhere({log.about(kind::member_added, grace_)});
  rooms_.freeze(log.room_id());
  append_elsewhere({log.message(), log.about(kind::member_added, linus_), log.message(), log.message(),
                    log.about(kind::member_role, linus_, Role::admin), log.changed("renamed"), log.message(),
                    log.about(kind::member_removed, grace_), log.message()});
  const auto state = load(log);
  EXPECT_EQ(state->head().seq, 11u);
  EXPECT_EQ(state->room().name, "renamed");
  EXPECT_FALSE(state->member(grace_.id));
  ASSERT_TRUE(state->member(linus_.id));
  EXPECT_EQ(state->member(linus_.id)->role, Role::admin);
  EXPECT_EQ(state->room().member_count, 2u);
}

TEST_F(StreamStatesTest, ARoomWithoutAnyProjectionIsReadFromItsLog) {
  auto log = LogBuilder();
  rooms_.freeze(log.room_id());
  append_elsewhere({log.created("general"), log.about(kind::member_added, grace_), log.message()});
  class NoRooms : public LaggingRooms {
   public:
    using LaggingRooms::LaggingRooms;
    std::optional<RoomSnapshot> load(std::string_view) override { return std::nullopt; }
  } none(store_.rooms());
  const auto state = load_state(log.stream(), streams_, none);
  EXPECT_TRUE(state->room_exists());
  EXPECT_EQ(state->room().name, "general");
  EXPECT_EQ(state->members().size(), 2u);
}

TEST_F(StreamStatesTest, ADeletionThatIsNotProjectedYetCounts) {
  auto log = make_room();
  rooms_.freeze(log.room_id());
  append_elsewhere({log.deleted()});
  EXPECT_FALSE(load(log)->room_exists());
}

TEST_F(StreamStatesTest, AChangeThatIsMissingIsAnError) {
  auto log = make_room();
  rooms_.freeze(log.room_id());
  append_elsewhere({log.about(kind::member_added, grace_), log.about(kind::member_added, linus_), log.message()});
  store_.streams().purge(log.stream(), 3, 10);
  EXPECT_THROW(load(log), StoreUnavailable);
}

TEST_F(StreamStatesTest, ACachedStateServesReadersWhereNobodyElseWrites) {
  auto log = make_room();
  const auto first = run(states_.current(log.stream()));
  streams_.fail_reads(true);
  EXPECT_EQ(run(states_.current(log.stream())), first);
  states_.forget(log.stream());
  EXPECT_THROW(run(states_.current(log.stream())), StoreUnavailable);
}

TEST_F(StreamStatesTest, WhereOthersWriteReadersGetTheStoresHead) {
  StreamStates shared(streams_, store_.rooms(), pool_, clock_, Writers::several_instances);
  auto log = make_room();
  EXPECT_EQ(run(shared.current(log.stream()))->head().seq, 1u);
  append_elsewhere({log.message()});
  EXPECT_EQ(run(shared.any(log.stream()))->head().seq, 1u);
  EXPECT_EQ(run(shared.current(log.stream()))->head().seq, 2u);
}

TEST_F(StreamStatesTest, WhatIsExpectedMayAlsoBeApplied) {
  StreamStates shared(streams_, store_.rooms(), pool_, clock_, Writers::several_instances);
  auto log = make_room();
  run(shared.any(log.stream()));
  shared.expect(log.stream(), 3);
  EXPECT_EQ(shared.cached(log.stream()), nullptr);
  streams_.fail_reads(true);
  shared.apply(log.message());
  EXPECT_EQ(shared.cached(log.stream()), nullptr);
  shared.apply(log.message());
  ASSERT_NE(shared.cached(log.stream()), nullptr);
  EXPECT_EQ(shared.cached(log.stream())->head().seq, 3u);
}

TEST_F(StreamStatesTest, WhatCameSinceIsReadOnFromTheCachedState) {
  StreamStates shared(streams_, store_.rooms(), pool_, clock_, Writers::several_instances);
  auto log = make_room();
  run(shared.any(log.stream()));
  std::vector<Entry> came;
  for (int i = 0; i < 100; ++i) came.push_back(log.message());
  came.push_back(log.about(kind::member_added, grace_));
  append_elsewhere(came);
  shared.forget(log.stream());
  EXPECT_EQ(shared.cached(log.stream()), nullptr);
  rooms_.freeze(log.room_id());
  const auto state = run(shared.any(log.stream()));
  EXPECT_EQ(state->head().seq, 102u);
  EXPECT_TRUE(state->member(grace_.id));
  EXPECT_EQ(shared.cached(log.stream()), state);
}

TEST_F(StreamStatesTest, WhereOthersWriteAStateOfUnknownAgeIsNoWritersGround) {
  StreamStates shared(streams_, store_.rooms(), pool_, clock_, Writers::several_instances);
  auto log = make_room();
  run(shared.any(log.stream()));
  clock_.advance(StreamStates::kLookAgain);
  EXPECT_EQ(shared.cached(log.stream()), nullptr);
  run(shared.any(log.stream()));
  EXPECT_TRUE(shared.cached(log.stream()));
}

TEST_F(StreamStatesTest, AStaleStateDoesNotOutliveThePurgeOfItsRoom) {
  StreamStates shared(streams_, store_.rooms(), pool_, clock_, Writers::several_instances);
  auto log = make_room();
  append_elsewhere({log.message()});
  run(shared.any(log.stream()));
  append_elsewhere({log.message(), log.message(), log.deleted()});
  store_.streams().purge(log.stream(), log.head().seq, 100);
  clock_.advance(StreamStates::kGoneStale);
  EXPECT_FALSE(run(shared.any(log.stream()))->room_exists());
}

TEST_F(StreamStatesTest, TheNextEntryIsAppliedAndALaterOneForgetsTheState) {
  auto log = make_room();
  run(states_.any(log.stream()));
  states_.apply(log.about(kind::member_added, grace_));
  EXPECT_TRUE(states_.cached(log.stream())->member(grace_.id));
  log.message();
  states_.apply(log.message());
  EXPECT_EQ(states_.cached(log.stream()), nullptr);
}

TEST_F(StreamStatesTest, AnOlderEntryChangesNothing) {
  auto log = make_room();
  const auto added = log.about(kind::member_added, grace_);
  append_elsewhere({added, log.about(kind::member_removed, grace_)});
  run(states_.any(log.stream()));
  states_.apply(added);
  EXPECT_FALSE(states_.cached(log.stream())->member(grace_.id));
}

TEST_F(StreamStatesTest, TheLongestUnusedStatesGoFirst) {
  StreamStates small(streams_, store_.rooms(), pool_, clock_, Writers::only_this_process, 10);
  std::vector<std::string> rooms;
  for (int i = 0; i < 11; ++i) {
    rooms.push_back(make_room().stream());
    run(small.any(rooms.back()));
    small.cached(rooms.front());
  }
  EXPECT_NE(small.cached(rooms.front()), nullptr);
  EXPECT_EQ(small.cached(rooms[1]), nullptr);
  EXPECT_NE(small.cached(rooms.back()), nullptr);
}

}  // namespace
}  // namespace parley::test
