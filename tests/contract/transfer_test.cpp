#include "repositories/transfer.h"

#include "contract/stores.h"
#include "core/error.h"
#include "repositories/mongodb/mongo_tables.h"
#include "repositories/mongodb/schema.h"
#include "repositories/sqlite/sqlite_tables.h"
#include "support/log_builder.h"
#include "support/mongo_test_store.h"
#include "support/sqlite_test_store.h"

namespace parley::test {
namespace {

/// A target that fails after so many calls of put().
class Interrupted : public TableTarget {
 public:
  Interrupted(TableTarget& target, int calls) : target_(target), left_(calls) {}
  void begin(std::string_view mark) override { target_.begin(mark); }
  std::size_t put(std::string_view table, const std::vector<Row>& rows) override {
    if (left_-- == 0) throw StoreUnavailable("interrupted");
    return target_.put(table, rows);
  }
  std::uint64_t count(std::string_view table) override { return target_.count(table); }
  void finish() override { target_.finish(); }

 private:
  TableTarget& target_;
  int left_;
};

class Transfer : public ::testing::TestWithParam<int> {
 protected:
  void fill() {
    auto admin = sample_user("ada");
    admin.is_admin = true;
    from.users().create_first(admin);
    from.users().create(sample_user("grace"));
    session = sample_session(admin.id);
    from.sessions().create(session);
    from.sessions().advance(session.id, 1, kNoon, kNoon + std::chrono::hours(1));
    auto ended = sample_session(admin.id);
    from.sessions().create(ended);
    from.sessions().end(ended.id, kNoon);
    from.access_tokens().create(sample_access_token(admin.id));
    invite.max_uses = 3;
    from.invites().create(invite);
    from.invites().take_use(invite.id, admin.id, kNoon);
    from.rooms().claim_name("room", log.room_id(), kNoon);
    std::vector<Entry> batch{log.created("room"), log.about(kind::member_added, grace)};
    for (int i = 0; i < 700; ++i) batch.push_back(log.message("message " + std::to_string(i)));
    auto odd = log.next("reaction", log.owner(), R"({"emoji":"x"})");
    odd.target = 5;
    batch.push_back(odd);
    from.streams().append(batch);
    from.streams().settle(batch[0]);
    from.streams().append(std::vector{gone.created("gone"), gone.message(), gone.deleted()});
    from.streams().purge(gone.stream(), 3, 100);
    from.rooms().mark_purged(gone.room_id());
  }

  TransferReport run(TableTarget& target) {
    sqlite::SqliteTables source(from.database());
    return transfer(source, target, source.mark(), [](auto, auto) {});
  }

  SqliteTestStore from;
  MongoTestStore to;
  mongodb::MongoTables tables{to.database()};
  Session session;
  Invite invite = sample_invite();
  LogBuilder log;
  LogBuilder gone;
  const Person grace{new_id(), "grace"};
};

TEST_P(Transfer, EverythingIsThereAfterwardsAndGoesOn) {
  fill();
  const auto report = run(tables);
  EXPECT_EQ(report.rows, report.written);
  EXPECT_TRUE(to.users().is_set_up());
  EXPECT_TRUE(to.users().find_by_username("ADA")->is_admin);
  EXPECT_EQ(to.sessions().find(session.id)->generation, 2u);
  EXPECT_EQ(to.sessions().advance(session.id, 2, kNoon, kNoon)->generation, 3u);
  EXPECT_EQ(to.sessions().unannounced(10).size(), 1u);
  EXPECT_EQ(to.invites().find(invite.id)->uses, 1u);
  EXPECT_EQ(to.rooms().claim_name("room", "other", kNoon).room_id, log.room_id());
  const auto theirs = from.streams().range(log.stream(), 1, 1000);
  const auto ours = to.streams().range(log.stream(), 1, 1000);
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(event_json(ours[i]), event_json(theirs[i]));
    EXPECT_EQ(ours[i].membership, theirs[i].membership);
  }
  EXPECT_EQ(to.streams().unsettled_of(log.stream()).size(), 1u);
  EXPECT_EQ(to.rooms().load(log.room_id())->members.size(), 2u);
  EXPECT_TRUE(to.rooms().load(gone.room_id())->room.deleted);
  EXPECT_EQ(to.streams().head(gone.stream()).seq, 3u);
  const auto removed = log.about(kind::member_removed, grace);
  EXPECT_EQ(to.streams().append(std::vector{removed}).at(0).status, AppendOutcome::Status::committed);
  EXPECT_EQ(to.rooms().load(log.room_id())->members.size(), 1u);
}

TEST_P(Transfer, AnInterruptedOneGoesOnAndComparesWhatIsThere) {
  fill();
  Interrupted broken(tables, 10);
  EXPECT_THROW(run(broken), StoreUnavailable);
  const auto wrong = from.users().find_by_username("grace")->id;
  to.database().update(mongodb::kUsers, mongodb::by_id(wrong),
                       mongodb::Document().set("$set", mongodb::Document().set("display_name", "damaged")));
  const auto report = run(tables);
  EXPECT_LT(report.written, report.rows);
  EXPECT_GT(report.written, 0u);
  EXPECT_NE(to.users().find(wrong)->display_name, "damaged");
  EXPECT_EQ(to.streams().head(log.stream()).seq, log.head().seq);
}

TEST_P(Transfer, NobodyServesFromAHalfMovedDatabase) {
  fill();
  Interrupted broken(tables, 3);
  EXPECT_THROW(run(broken), StoreUnavailable);
  EXPECT_THROW(to.database().prepare(), StoreUnavailable);
  run(tables);
  EXPECT_NO_THROW(to.database().prepare());
}

TEST_P(Transfer, ADatabaseThatIsNotEmptyIsRefused) {
  fill();
  to.users().create(sample_user("somebody"));
  EXPECT_THROW(run(tables), TransferError);
}

TEST_P(Transfer, OneThatIsDoneIsNotDoneAgain) {
  fill();
  run(tables);
  to.users().set_display_name(from.users().find_by_username("ada")->id, "New", "new");
  EXPECT_THROW(run(tables), TransferError);
  EXPECT_EQ(to.users().find_by_username("ada")->display_name, "New");
}

TEST_P(Transfer, AnotherServersMoveIsNotMixedWithThis) {
  fill();
  Interrupted broken(tables, 3);
  EXPECT_THROW(run(broken), StoreUnavailable);
  SqliteTestStore other;
  other.users().create_first(sample_user("eve"));
  sqlite::SqliteTables source(other.database());
  EXPECT_THROW(transfer(source, tables, source.mark(), [](auto, auto) {}), TransferError);
}

TEST_P(Transfer, RowsThatAreGoneFromTheSourceSinceAreFound) {
  fill();
  Interrupted broken(tables, 10);
  EXPECT_THROW(run(broken), StoreUnavailable);
  to.invites().create(sample_invite());
  EXPECT_THROW(run(tables), TransferError);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Transfer);
INSTANTIATE_TEST_SUITE_P(Stores, Transfer,
                         ::testing::ValuesIn(MongoTestStore::url().empty() ? std::vector<int>{} : std::vector<int>{0}),
                         [](const auto&) { return "mongodb"; });

}  // namespace
}  // namespace parley::test
