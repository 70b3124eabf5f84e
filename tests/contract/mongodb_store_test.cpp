#include <thread>

#include "contract/stores.h"
#include "core/error.h"
#include "repositories/mongodb/schema.h"
#include "support/account_samples.h"
#include "support/log_builder.h"
#include "support/mongo_test_store.h"

namespace parley::test {
namespace {

using mongodb::Document;

/// What only this store has to mend: its documents of rooms follow the log, and may lag behind it.
class MongoStore : public ::testing::TestWithParam<int> {
 protected:
  void append(const std::vector<Entry>& batch) {
    for (const auto& outcome : store.streams().append(batch)) {
      ASSERT_EQ(outcome.status, AppendOutcome::Status::committed);
    }
  }

  /// As a writer leaves it that dies right after its insert.
  void insert_only(const Entry& entry) {
    const auto document = Document()
                              .set("_id", entry.stream + "/" + std::string(12 - std::to_string(entry.seq).size(), '0') +
                                              std::to_string(entry.seq))
                              .set("stream", entry.stream)
                              .set("seq", entry.seq)
                              .set("kind", entry.kind)
                              .set("user_id", entry.user_id)
                              .set("username", entry.username)
                              .set("timestamp", entry.timestamp)
                              .set("key", entry.key)
                              .set("messages", entry.messages)
                              .set("membership", entry.membership)
                              .set("body", entry.body);
    ASSERT_TRUE(database().insert_new(mongodb::kMessages, document));
  }

  void note_only(const Entry& entry, Timestamp noted_at) {
    const auto note = mongodb::by_id(entry.stream + "/" + entry.user_id + "/" + entry.key)
                          .set("stream", entry.stream)
                          .set("user_id", entry.user_id)
                          .set("key", entry.key)
                          .set("seq", entry.seq)
                          .set("noted_at", noted_at);
    ASSERT_TRUE(database().insert_new(mongodb::kUnsettled, note));
  }

  std::int64_t notes() { return database().count(mongodb::kUnsettled, {}); }
  mongodb::Database& database() { return store.database(); }
  RoomSnapshot room() { return store.rooms().load(log.room_id()).value(); }

  static Timestamp now() { return Clock().now(); }

  MongoTestStore store;
  LogBuilder log;
  const Person grace{new_id(), "grace"};
  const Person linus{new_id(), "linus"};
};

TEST_P(MongoStore, RowsThatLagAreBroughtUpToDateByWhoLooksForWhatIsUnsettled) {
  append({log.created("room")});
  const auto added = log.about(kind::member_added, grace);
  note_only(added, now());
  insert_only(added);
  ASSERT_EQ(room().applied, 1u);
  EXPECT_EQ(store.streams().unsettled(10).size(), 2u);
  EXPECT_EQ(room().applied, 2u);
  EXPECT_EQ(room().members.size(), 2u);
  EXPECT_EQ(room().room.member_count, 2u);
}

TEST_P(MongoStore, ASessionKeepsTwoGenerationsHoweverLongItLives) {
  const auto session = sample_session(grace.id);
  store.sessions().create(session);
  for (std::uint64_t presented = 1; presented <= 9; ++presented) {
    store.sessions().advance(session.id, presented, now(), session.expires_at);
  }
  EXPECT_EQ(database().count(mongodb::kGenerations, {}), 2);
  EXPECT_EQ(store.sessions().advance(session.id, 9, now(), session.expires_at)->generation, 10u) << "a lost answer";
}

TEST_P(MongoStore, ALaterChangeBringsTheRowsUpToDateFirst) {
  append({log.created("room")});
  insert_only(log.about(kind::member_added, grace));
  insert_only(log.message());
  insert_only(log.about(kind::owner_changed, grace, Role::owner));
  insert_only(log.message());
  append({log.about(kind::member_added, linus)});
  EXPECT_EQ(room().applied, 6u);
  EXPECT_EQ(room().room.owner_id, grace.id);
  EXPECT_EQ(room().room.member_count, 3u);
  for (const auto& member : room().members) {
    EXPECT_EQ(member.role, member.user_id == grace.id         ? Role::owner
                           : member.user_id == log.owner().id ? Role::admin
                                                              : Role::member);
  }
}

TEST_P(MongoStore, AnOlderChangeNeverOverwritesANewerOne) {
  append({log.created("room"), log.about(kind::member_added, grace), log.about(kind::member_removed, grace)});
  // A slow instance has read the room before all that, and writes now.
  const auto set_back = Document().set("$set", Document().set("applied", 1));
  ASSERT_EQ(database().update(mongodb::kRooms, mongodb::by_id(log.room_id()), set_back), 1);
  store.streams().unsettled(10);
  EXPECT_EQ(room().applied, 3u);
  EXPECT_EQ(room().members.size(), 1u);
}

TEST_P(MongoStore, OfAChangeThatWasInsertedElsewhereThanNotedTheEntryIsFoundByItsKey) {
  append({log.created("room")});
  auto added = log.about(kind::member_added, grace);
  note_only(added, now());
  log.back_to(store.streams().head(log.stream()));
  append({log.message()});
  added.seq = 3;
  added.membership = 3;
  added.messages = 1;
  append({added});
  const auto unsettled = store.streams().unsettled_of(log.stream());
  ASSERT_EQ(unsettled.size(), 2u);
  EXPECT_EQ(unsettled[1].seq, 3u);
  EXPECT_EQ(unsettled[1].key, added.key);
}

TEST_P(MongoStore, ANoteWithoutItsChangeIsDroppedOnlyAfterADay) {
  append({log.created("room")});
  note_only(log.about(kind::member_added, grace), now() - std::chrono::hours(23));
  note_only(log.about(kind::member_added, linus), now() - std::chrono::hours(25));
  ASSERT_EQ(notes(), 3);
  EXPECT_EQ(store.streams().unsettled(10).size(), 1u);
  EXPECT_EQ(notes(), 2);
}

TEST_P(MongoStore, ARoomIsNotPurgedBeforeItsDeletionIsInItsRows) {
  append({log.created("room"), log.message(), log.message()});
  insert_only(log.deleted());
  ASSERT_FALSE(room().room.deleted);
  EXPECT_EQ(store.streams().purge(log.stream(), 4, 100), 3u);
  EXPECT_TRUE(room().room.deleted);
  store.reopen();
  EXPECT_EQ(store.streams().head(log.stream()).seq, 4u) << "found though nothing is before it";
}

TEST_P(MongoStore, AFirstAccountWhoseMakerDiedIsFinishedByWhoAsks) {
  auto user = sample_user("ada");
  user.is_admin = true;
  const auto account = mongodb::by_id(user.id)
                           .set("username", user.username)
                           .set("folded_username", "ada")
                           .set("is_admin", true)
                           .set("created_at", user.created_at);
  ASSERT_TRUE(database().insert_new(mongodb::kDeployment,
                                    mongodb::by_id("first_account").set("user_id", user.id).set("user", account)));
  ASSERT_FALSE(store.users().find(user.id));
  EXPECT_TRUE(store.users().is_set_up());
  EXPECT_TRUE(store.users().find(user.id)->is_admin);
  EXPECT_EQ(store.users().create_first(sample_user("eve")), UserRepository::Created::not_first);
}

TEST_P(MongoStore, ManyEntriesAreInsertedByAsManyCommandsAsItTakes) {
  std::vector<Entry> batch;
  for (int i = 0; i < 512; ++i) batch.push_back(log.message());
  append(batch);
  EXPECT_EQ(store.streams().head(log.stream()).seq, 512u);
  batch.clear();
  for (int i = 0; i < 6; ++i) batch.push_back(log.message(std::string(400000, 'x')));
  append(batch);
  EXPECT_EQ(store.streams().head(log.stream()).seq, 518u);
}

TEST_P(MongoStore, SeveralInstancesPrepareAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      mongodb::Database another(MongoTestStore::url(), "parley_test_" + log.room_id(), 4);
      EXPECT_NO_THROW(another.prepare());
    });
  }
  for (auto& thread : threads) thread.join();
  mongodb::Database last(MongoTestStore::url(), "parley_test_" + log.room_id(), 4);
  last.prepare();
  last.run(Document().set_int32("dropDatabase", 1));
}

TEST_P(MongoStore, DocumentsWithFieldsOfALaterReleaseAreReadAndKept) {
  append({log.created("room")});
  const auto later = Document().set("$set", Document().set("pinned", Document().set("seq", 7)));
  database().update(mongodb::kRooms, mongodb::by_id(log.room_id()), later);
  append({log.changed("renamed")});
  EXPECT_EQ(room().room.name, "renamed");
  EXPECT_TRUE(database().find_by_id(mongodb::kRooms, log.room_id())->has("pinned"));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MongoStore);
INSTANTIATE_TEST_SUITE_P(Stores, MongoStore,
                         ::testing::ValuesIn(MongoTestStore::url().empty() ? std::vector<int>{} : std::vector<int>{0}),
                         [](const auto&) { return "mongodb"; });

}  // namespace
}  // namespace parley::test
