#include <atomic>
#include <set>
#include <thread>

#include "contract/stores.h"
#include "support/log_builder.h"

namespace parley::test {
namespace {

using Status = AppendOutcome::Status;

class StreamRepositoryContract : public StoreTest {
 protected:
  StreamRepository& streams() { return store().streams(); }

  std::vector<Status> append(const std::vector<Entry>& batch) {
    std::vector<Status> statuses;
    for (const auto& outcome : streams().append(batch)) statuses.push_back(outcome.status);
    return statuses;
  }

  std::vector<std::uint64_t> seqs(const std::string& stream) {
    std::vector<std::uint64_t> found;
    for (const auto& entry : streams().range(stream, 1, StreamRepository::kMaxRange)) found.push_back(entry.seq);
    return found;
  }

  /// At a seq of the caller's choice.
  Entry message_of(int seq, std::string key) const {
    Entry entry;
    entry.stream = log.stream();
    entry.seq = static_cast<std::uint64_t>(seq);
    entry.kind = std::string(kind::message);
    entry.user_id = log.owner().id;
    entry.username = log.owner().username;
    entry.key = std::move(key);
    entry.messages = entry.seq;
    entry.timestamp = kNoon;
    return entry;
  }

  LogBuilder log;
};

using Seqs = std::vector<std::uint64_t>;

void expect_same(const Entry& found, const Entry& expected) {
  EXPECT_EQ(found.stream, expected.stream);
  EXPECT_EQ(found.seq, expected.seq);
  EXPECT_EQ(found.kind, expected.kind);
  EXPECT_EQ(found.user_id, expected.user_id);
  EXPECT_EQ(found.username, expected.username);
  EXPECT_EQ(found.timestamp, expected.timestamp);
  EXPECT_EQ(found.key, expected.key);
  EXPECT_EQ(found.target, expected.target);
  EXPECT_EQ(found.messages, expected.messages);
  EXPECT_EQ(found.membership, expected.membership);
  EXPECT_EQ(found.body, expected.body);
}

TEST_P(StreamRepositoryContract, AnEntryIsReadAsItWasAppended) {
  auto entry = log.message("\"quoted\" \xF0\x9F\xA6\x80 and\nmore");
  entry.target = 7;
  EXPECT_EQ(append({entry}), (std::vector{Status::committed}));
  const auto found = streams().range(log.stream(), 1, 1);
  ASSERT_EQ(found.size(), 1u);
  expect_same(found.front(), entry);
  const auto by_key = streams().find_by_key(log.stream(), entry.user_id, entry.key);
  ASSERT_TRUE(by_key);
  expect_same(*by_key, entry);
}

TEST_P(StreamRepositoryContract, AnEntryOfAKindThatIsNotKnownIsKeptAsItIs) {
  const auto entry = log.next("reaction", log.owner(), R"({"emoji":"x","later":[1,2]})");
  append({entry});
  expect_same(streams().range(log.stream(), 1, 1).at(0), entry);
}

TEST_P(StreamRepositoryContract, AStreamWithoutEntriesHasNoHead) {
  EXPECT_EQ(streams().head(log.stream()).seq, 0u);
  EXPECT_TRUE(streams().range(log.stream(), 1, 100).empty());
  EXPECT_FALSE(streams().find_by_key(log.stream(), "ada", "k"));
}

TEST_P(StreamRepositoryContract, TheHeadHoldsTheNewestEntrysValues) {
  append({log.created("room"), log.message(), log.message()});
  const auto head = streams().head(log.stream());
  EXPECT_EQ(head.seq, 3u);
  EXPECT_EQ(head.messages, 2u);
  EXPECT_EQ(head.membership, 1u);
  EXPECT_EQ(head.timestamp, kNoon);
}

TEST_P(StreamRepositoryContract, HeadsComeInTheOrderAskedFor) {
  LogBuilder other;
  append({log.created("one"), other.created("two"), other.message()});
  const std::vector<std::string> asked{other.stream(), "r/none", log.stream()};
  const auto heads = streams().heads(asked);
  ASSERT_EQ(heads.size(), 3u);
  EXPECT_EQ(heads[0].seq, 2u);
  EXPECT_EQ(heads[1].seq, 0u);
  EXPECT_EQ(heads[2].seq, 1u);
}

TEST_P(StreamRepositoryContract, ARangeIsAscendingAndHoldsBothEnds) {
  std::vector<Entry> batch;
  for (int i = 0; i < 20; ++i) batch.push_back(log.message());
  append(batch);
  const auto found = streams().range(log.stream(), 5, 9);
  ASSERT_EQ(found.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(found[i].seq, 5 + i);
  EXPECT_EQ(streams().range(log.stream(), 18, 30).size(), 3u);
  EXPECT_TRUE(streams().range(log.stream(), 21, 30).empty());
}

TEST_P(StreamRepositoryContract, OneBatchAppendsToManyStreams) {
  LogBuilder other;
  EXPECT_EQ(append({log.message(), other.message(), log.message(), other.message()}),
            std::vector(4, Status::committed));
  EXPECT_EQ(seqs(log.stream()), (Seqs{1, 2}));
  EXPECT_EQ(seqs(other.stream()), (Seqs{1, 2}));
}

TEST_P(StreamRepositoryContract, ASeqIsTakenOnce) {
  append({log.message()});
  const auto head = log.head();
  append({log.message("first")});
  log.back_to(head);
  EXPECT_EQ(append({log.message("second")}), (std::vector{Status::seq_taken}));
  EXPECT_EQ(streams().range(log.stream(), 2, 2).at(0).body, message_body("first"));
}

TEST_P(StreamRepositoryContract, AKeyIsTakenOnceAndTheFirstEntryIsTheAnswer) {
  append({log.message("first", "the-key")});
  const auto again = log.message("second", "the-key");
  const auto outcomes = streams().append(std::vector{again});
  ASSERT_EQ(outcomes.at(0).status, Status::key_taken);
  ASSERT_TRUE(outcomes[0].existing);
  EXPECT_EQ(outcomes[0].existing->seq, 1u);
  EXPECT_EQ(outcomes[0].existing->body, message_body("first"));
  EXPECT_EQ(seqs(log.stream()), Seqs{1});
}

TEST_P(StreamRepositoryContract, TheSameEntryAgainIsKnownByItsKey) {
  const auto entry = log.message("once", "the-key");
  append({entry});
  EXPECT_EQ(append({entry}), (std::vector{Status::key_taken}));
}

TEST_P(StreamRepositoryContract, AKeyBelongsToItsUserAndItsStream) {
  const Person grace{new_id(), "grace"};
  LogBuilder other(log.owner());
  append({log.message("mine", "k")});
  EXPECT_EQ(append({log.next(kind::message, grace, message_body("hers"), "k"), other.message("elsewhere", "k")}),
            std::vector(2, Status::committed));
}

TEST_P(StreamRepositoryContract, AKeyThatWasTriedInVainIsNotFoundUntilItIsWrittenWhereverThatIs) {
  append({log.message()});
  const auto start = log.head();
  append({log.message("was faster")});
  log.back_to(start);
  EXPECT_EQ(append({log.message("late", "k")}), (std::vector{Status::seq_taken}));
  EXPECT_FALSE(streams().find_by_key(log.stream(), log.owner().id, "k"));
  for (int i = 0; i < 40; ++i) append({log.message()});
  EXPECT_FALSE(streams().find_by_key(log.stream(), log.owner().id, "k"));
  // As another instance, which does not know of the first try.
  store().reopen();
  EXPECT_EQ(append({log.message("late", "k"), log.message("after")}), std::vector(2, Status::committed));
  const auto late = streams().find_by_key(log.stream(), log.owner().id, "k");
  ASSERT_TRUE(late);
  EXPECT_EQ(late->seq, 43u);
  EXPECT_EQ(append({log.message("again", "k")}), (std::vector{Status::key_taken}));
}

TEST_P(StreamRepositoryContract, AKeyIsFoundBeforeWhereItWasFirstTried) {
  append({log.message("first")});
  const auto start = log.head();
  append({log.message("was faster")});
  log.back_to(start);
  const auto ahead = log.message();
  EXPECT_EQ(append({ahead, log.message(), log.message(), log.message("late", "k")}),
            (std::vector{Status::seq_taken, Status::skipped, Status::skipped, Status::skipped}));
  log.back_to(head_of(streams().range(log.stream(), 2, 2).at(0)));
  append({log.message("late", "k")});
  for (int i = 0; i < 5; ++i) append({log.message()});
  const auto late = streams().find_by_key(log.stream(), log.owner().id, "k");
  ASSERT_TRUE(late);
  EXPECT_EQ(late->seq, 3u);
}

TEST_P(StreamRepositoryContract, AKeyIsFoundThoughWhatWasBeforeItIsPurged) {
  append({log.created("room"), log.message()});
  const auto start = log.head();
  append({log.message("was faster")});
  log.back_to(start);
  EXPECT_EQ(append({log.next(kind::room_deleted, log.owner(), "{}", "k")}), (std::vector{Status::seq_taken}));
  log.back_to(head_of(streams().range(log.stream(), 3, 3).at(0)));
  append({log.message()});
  EXPECT_EQ(append({log.next(kind::room_deleted, log.owner(), "{}", "k")}), (std::vector{Status::committed}));
  EXPECT_EQ(streams().purge(log.stream(), 5, 100), 4u);
  const auto deletion = streams().find_by_key(log.stream(), log.owner().id, "k");
  ASSERT_TRUE(deletion);
  EXPECT_EQ(deletion->seq, 5u);
}

TEST_P(StreamRepositoryContract, AfterAConflictTheRestOfTheStreamIsSkippedAndOtherStreamsGoOn) {
  LogBuilder other;
  const auto start = log.head();
  append({log.message("there")});
  log.back_to(start);
  EXPECT_EQ(append({log.message(), other.message(), log.message(), other.message()}),
            (std::vector{Status::seq_taken, Status::committed, Status::skipped, Status::committed}));
  EXPECT_EQ(seqs(log.stream()), Seqs{1});
  EXPECT_EQ(seqs(other.stream()), (Seqs{1, 2}));
}

TEST_P(StreamRepositoryContract, AKnownKeySkipsTheRestOfItsStreamToo) {
  append({log.message("there", "k")});
  EXPECT_EQ(append({log.message("before"), log.message("again", "k"), log.message("after")}),
            (std::vector{Status::committed, Status::key_taken, Status::skipped}));
  EXPECT_EQ(seqs(log.stream()), (Seqs{1, 2}));
}

TEST_P(StreamRepositoryContract, EqualKeysInOneBatchAreOneEntry) {
  EXPECT_EQ(append({log.message("one", "k"), log.message("two", "k")}),
            (std::vector{Status::committed, Status::key_taken}));
}

TEST_P(StreamRepositoryContract, AnEmptyBatchIsNothing) {
  EXPECT_TRUE(append({}).empty());
}

TEST_P(StreamRepositoryContract, OfWritersRacingForASeqExactlyOneWins) {
  constexpr int kWriters = 4;
  constexpr int kRounds = 25;
  std::atomic<int> won{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int round = 0; round < kRounds; ++round) {
        auto entry = message_of(round + 1, "w" + std::to_string(w) + "-" + std::to_string(round));
        const auto outcome = streams().append(std::vector{entry}).at(0);
        if (outcome.status == Status::committed) ++won;
        EXPECT_TRUE(outcome.status == Status::committed || outcome.status == Status::seq_taken);
        // Nobody goes on before this seq is taken by somebody.
        EXPECT_GE(streams().head(log.stream()).seq, entry.seq);
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(won, kRounds);
  EXPECT_EQ(seqs(log.stream()).size(), static_cast<std::size_t>(kRounds));
}

TEST_P(StreamRepositoryContract, TheSameKeyFromTwoThreadsIsOneEntry) {
  std::atomic<int> committed{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w) {
    writers.emplace_back([&] {
      for (int round = 0; round < 25; ++round) {
        // Each at the next seq that it sees, as two instances would.
        for (bool settled = false; !settled;) {
          const auto seq = streams().head(log.stream()).seq + 1;
          const auto outcome = streams().append(std::vector{message_of(static_cast<int>(seq), std::to_string(round))});
          settled = outcome.at(0).status != Status::seq_taken;
          if (outcome[0].status == Status::committed) ++committed;
        }
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(committed, 25);
  EXPECT_EQ(streams().head(log.stream()).seq, 25u);
}

TEST_P(StreamRepositoryContract, ReadersSeeALogWithoutHolesAtAnyTime) {
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) append({log.message(), log.message(), log.message()});
    done = true;
  });
  while (!done) {
    const auto head = streams().head(log.stream());
    EXPECT_EQ(head.messages, head.seq);
    const auto read = seqs(log.stream());
    EXPECT_GE(read.size(), head.seq);
    for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i], i + 1);
  }
  writer.join();
}

TEST_P(StreamRepositoryContract, WhatIsCommittedIsThereAfterARestart) {
  append({log.created("room"), log.message("kept", "k")});
  store().reopen();
  EXPECT_EQ(seqs(log.stream()), (Seqs{1, 2}));
  EXPECT_EQ(append({log.message("again", "k")}), (std::vector{Status::key_taken}));
}

TEST_P(StreamRepositoryContract, APurgeTakesTheOldestAndLeavesTheRest) {
  std::vector<Entry> batch;
  for (int i = 0; i < 10; ++i) batch.push_back(log.message());
  append(batch);
  EXPECT_EQ(streams().purge(log.stream(), 10, 4), 4u);
  EXPECT_EQ(seqs(log.stream()), (Seqs{5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(streams().purge(log.stream(), 10, 100), 5u);
  EXPECT_EQ(streams().purge(log.stream(), 10, 100), 0u);
  EXPECT_EQ(seqs(log.stream()), Seqs{10});
  EXPECT_EQ(streams().head(log.stream()).messages, 10u);
}

TEST_P(StreamRepositoryContract, APurgeLeavesOtherStreamsAlone) {
  LogBuilder other;
  append({log.message(), log.message(), other.message(), other.message()});
  streams().purge(log.stream(), 2, 100);
  EXPECT_EQ(seqs(other.stream()), (Seqs{1, 2}));
}

TEST_P(StreamRepositoryContract, WhatFollowsIsReadUpToTheFirstThatIsMissing) {
  const auto following = [&](std::uint64_t seq, std::size_t limit) {
    Seqs found;
    for (const auto& entry : streams().following(log.stream(), seq, limit)) found.push_back(entry.seq);
    return found;
  };
  EXPECT_EQ(following(0, 10), Seqs{});
  append({message_of(1, "a"), message_of(2, "b"), message_of(3, "c")});
  EXPECT_EQ(following(0, 10), (Seqs{1, 2, 3}));
  EXPECT_EQ(following(0, 2), (Seqs{1, 2}));
  EXPECT_EQ(following(2, 10), Seqs{3});
  EXPECT_EQ(following(3, 10), Seqs{});
  append({message_of(5, "e")});
  EXPECT_EQ(following(2, 10), Seqs{3});
}

TEST_P(StreamRepositoryContract, EntriesOfSeveralStreamsAreFoundByTheirPlaces) {
  LogBuilder other;
  streams().append(std::vector{log.created("one"), log.message(), other.created("two")});
  const std::vector<EntryPlace> places{
      {log.stream(), 2}, {other.stream(), 1}, {other.stream(), 2}, {room_stream(new_id()), 1}};
  std::set<std::string> found;
  for (const auto& entry : streams().find_all(places)) found.insert(entry.stream + std::to_string(entry.seq));
  EXPECT_EQ(found, (std::set<std::string>{log.stream() + "2", other.stream() + "1"}));
  EXPECT_TRUE(streams().find_all({}).empty());
}

TEST_P(StreamRepositoryContract, AChangeOfARoomIsUnsettledUntilItIsSettled) {
  LogBuilder other;
  const auto created = log.created("one");
  const auto said = log.message();
  const auto added = log.about(kind::member_added, Person{});
  streams().append(std::vector{created, said, added, other.created("two")});
  EXPECT_EQ(streams().unsettled(10).size(), 3u);
  EXPECT_EQ(streams().unsettled(2).size(), 2u);
  auto of_room = streams().unsettled_of(log.stream());
  ASSERT_EQ(of_room.size(), 2u);
  EXPECT_EQ(of_room[0].seq, 1u) << "by seq";
  expect_same(of_room[1], streams().range(log.stream(), 3, 3).at(0));
  streams().settle(created);
  streams().settle(created);
  of_room = streams().unsettled_of(log.stream());
  ASSERT_EQ(of_room.size(), 1u);
  EXPECT_EQ(of_room[0].seq, 3u);
  streams().settle(added);
  EXPECT_TRUE(streams().unsettled_of(log.stream()).empty());
  EXPECT_EQ(streams().unsettled(10).size(), 1u) << "the other room's is its own";
}

TEST_P(StreamRepositoryContract, WhatIsUnsettledIsStillSoAfterARestart) {
  streams().append(std::vector{log.created("one")});
  store().reopen();
  EXPECT_EQ(streams().unsettled(10).size(), 1u);
}

TEST_P(StreamRepositoryContract, AChangeThatWasNotCommittedIsNotUnsettled) {
  streams().append(std::vector{log.created("one")});
  streams().settle(streams().range(log.stream(), 1, 1).at(0));
  auto late = log.about(kind::member_added, Person{});
  late.seq = 1;
  EXPECT_EQ(append({late}), std::vector{Status::seq_taken});
  EXPECT_TRUE(streams().unsettled(10).empty());
}

PARLEY_ON_EVERY_STORE(StreamRepositoryContract);

}  // namespace
}  // namespace parley::test
