#include "streams/appender.h"

#include <map>
#include <numeric>

#include "support/stream_world.h"

namespace parley::test {
namespace {

using Fault = FaultyStreams::Fault;
using Outcomes = std::vector<std::string>;
using Seqs = std::vector<std::uint64_t>;
using Contents = std::vector<std::string>;

class AppenderTest : public StreamWorld {
 protected:
  /// Submits, and keeps what is answered at its place in answers_.
  void submit(Proposal proposal) {
    const auto place = answers_.size();
    answers_.emplace_back();
    appender_.submit(std::move(proposal), [this, place](Result<Appended> result) {
      EXPECT_FALSE(answers_[place]) << "answered twice";
      answers_[place] = std::move(result);
    });
  }
  void submit_message(const std::string& content) { submit(message(room_.stream(), content, "k-" + content)); }

  Outcomes answers() {
    run_until([this] {
      return std::all_of(answers_.begin(), answers_.end(), [](const auto& answer) { return answer.has_value(); });
    });
    Outcomes outcomes;
    for (const auto& answer : answers_) outcomes.push_back(answer ? outcome_of(*answer) : "none");
    return outcomes;
  }

  std::size_t batched() {
    const auto sizes = streams_.batches();
    return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  }

  LogBuilder room_ = make_room();
  std::vector<std::optional<Result<Appended>>> answers_;
};

TEST_F(AppenderTest, AnEntryIsCommittedAnsweredAndDelivered) {
  submit_message("hello");
  EXPECT_EQ(answers(), Outcomes{"appended"});
  EXPECT_EQ(answers_[0]->value().entry.seq, 2u);
  EXPECT_EQ(answers_[0]->value().entry.messages, 1u);
  EXPECT_EQ(answers_[0]->value().entry.membership, 1u);
  EXPECT_EQ(sink_.seqs(room_.stream()), Seqs{2});
  EXPECT_EQ(contents(room_.stream()), Contents{"hello"});
}

TEST_F(AppenderTest, NothingIsAnsweredFromInsideSubmit) {
  submit_message("hello");
  EXPECT_FALSE(answers_[0]);
}

TEST_F(AppenderTest, TheSenderIsToldBeforeTheEntryIsDelivered) {
  bool told = false;
  bool delivered_before = false;
  appender_.submit(message(room_.stream(), "x"), [&](const Result<Appended>&) {
    told = true;
    delivered_before = !sink_.entries.empty();
  });
  run_until([&] { return told; });
  EXPECT_FALSE(delivered_before);
  EXPECT_EQ(sink_.entries.size(), 1u);
}

TEST_F(AppenderTest, ASequenceKeepsItsOrder) {
  Contents sent;
  for (int i = 0; i < 300; ++i) {
    sent.push_back(std::to_string(i));
    submit_message(sent.back());
  }
  EXPECT_EQ(answers(), Outcomes(300, "appended"));
  EXPECT_EQ(contents(room_.stream()), sent);
  Seqs expected(300);
  std::iota(expected.begin(), expected.end(), 2);
  EXPECT_EQ(sink_.seqs(room_.stream()), expected);
}

TEST_F(AppenderTest, WhatArrivesTogetherIsCommittedTogether) {
  const auto other = make_room();
  for (int i = 0; i < 50; ++i) {
    submit(message(room_.stream(), "a"));
    submit(message(other.stream(), "b"));
  }
  answers();
  EXPECT_EQ(batched(), 100u);
  // The first may find only one of the two states loaded.
  EXPECT_LE(streams_.batches().size(), 3u);
}

TEST_F(AppenderTest, WhatArrivesDuringACommitIsTheNextBatch) {
  submit_message("warm up");
  answers();
  streams_.hold();
  submit_message("first");
  run_until([this] { return streams_.batches().size() == 2; });
  for (int i = 0; i < 20; ++i) submit_message(std::to_string(i));
  streams_.release();
  answers();
  EXPECT_EQ(streams_.batches(), (std::vector<std::size_t>{1, 1, 20}));
}

TEST_F(AppenderTest, ABusyStreamDoesNotStarveTheOthers) {
  const auto other = make_room();
  for (int i = 0; i < 2000; ++i) submit(message(room_.stream(), "busy"));
  submit(message(other.stream(), "quiet"));
  run_until([this] { return answers_.back().has_value(); });
  EXPECT_LT(sink_.seqs(room_.stream()).size(), 1000u);
}

TEST_F(AppenderTest, TheSameKeyAgainIsTheFirstEntry) {
  submit(message(room_.stream(), "first", "k"));
  EXPECT_EQ(answers(), Outcomes{"appended"});
  submit(message(room_.stream(), "second", "k"));
  EXPECT_EQ(answers(), (Outcomes{"appended", "known"}));
  EXPECT_EQ(answers_[1]->value().entry.body, message_body("first"));
  EXPECT_EQ(sink_.entries.size(), 1u);
}

TEST_F(AppenderTest, EqualKeysAtOnceAreOneEntry) {
  for (int i = 0; i < 5; ++i) submit(message(room_.stream(), std::to_string(i), "k"));
  submit_message("after");
  EXPECT_EQ(answers(), (Outcomes{"appended", "known", "known", "known", "known", "appended"}));
  EXPECT_EQ(contents(room_.stream()), (Contents{"0", "after"}));
}

TEST_F(AppenderTest, AKnownKeyInTheMiddleHoldsNothingUp) {
  submit(message(room_.stream(), "first", "k"));
  answers();
  submit_message("a");
  submit(message(room_.stream(), "again", "k"));
  submit_message("b");
  EXPECT_EQ(answers(), (Outcomes{"appended", "appended", "known", "appended"}));
  EXPECT_EQ(contents(room_.stream()), (Contents{"first", "a", "b"}));
  EXPECT_EQ(sink_.seqs(room_.stream()), (Seqs{2, 3, 4}));
}

TEST_F(AppenderTest, ATakenSeqIsCaughtUpWithAndTriedAgain) {
  submit_message("warm up");
  answers();
  LogBuilder log = room_;
  log.next(kind::message, log.owner(), "{}");  // the one above
  streams_.before_next_append([this, &log] { append_elsewhere({log.message("from elsewhere")}); });
  submit_message("a");
  submit_message("b");
  EXPECT_EQ(answers(), Outcomes(3, "appended"));
  EXPECT_EQ(contents(room_.stream()), (Contents{"warm up", "from elsewhere", "a", "b"}));
}

TEST_F(AppenderTest, APermissionIsCheckedAgainstWhatAnotherWriterDidMeanwhile) {
  const Person grace{new_id(), "grace"};
  append_elsewhere({room_.about(kind::member_added, grace)});
  auto proposal = message(room_.stream(), "too late", "k-late", grace);
  proposal.check = [id = grace.id](const StreamState& state) -> Result<Verdict> {
    if (!state.member(id)) return refuse(Code::forbidden);
    return Verdict::append;
  };
  streams_.before_next_append([&] { append_elsewhere({room_.about(kind::member_removed, grace)}); });
  submit(std::move(proposal));
  EXPECT_EQ(answers(), Outcomes{"forbidden"});
  EXPECT_EQ(contents(room_.stream()), Contents{});
}

TEST_F(AppenderTest, WhatFollowsAChangeIsCheckedOnTheChangedState) {
  const Person grace{new_id(), "grace"};
  append_elsewhere({room_.about(kind::member_added, grace)});
  const auto as_member = [&](const std::string& content) {
    auto proposal = message(room_.stream(), content, "k-" + content, grace);
    proposal.check = [id = grace.id](const StreamState& state) -> Result<Verdict> {
      if (!state.member(id)) return refuse(Code::forbidden);
      return Verdict::append;
    };
    return proposal;
  };
  Proposal removal{.stream = room_.stream(),
                   .kind = std::string(kind::member_removed),
                   .user_id = room_.owner().id,
                   .username = "ada",
                   .key = "~removal",
                   .body = member_body({grace.id, grace.username, Role::member})};
  submit(as_member("before"));
  submit(std::move(removal));
  submit(as_member("after"));
  EXPECT_EQ(answers(), (Outcomes{"appended", "appended", "forbidden"}));
  EXPECT_EQ(contents(room_.stream()), Contents{"before"});
}

TEST_F(AppenderTest, ARefusedSenderWhoRepeatsACommittedKeyLearnsOfIt) {
  const Person grace{new_id(), "grace"};
  submit(message(room_.stream(), "mine", "k", grace));
  answers();
  auto again = message(room_.stream(), "mine", "k", grace);
  again.check = [](const StreamState&) -> Result<Verdict> { return refuse(Code::forbidden); };
  auto fresh = again;
  fresh.key = "another";
  submit(std::move(again));
  submit(std::move(fresh));
  EXPECT_EQ(answers(), (Outcomes{"appended", "known_to_stranger", "forbidden"}));
  EXPECT_EQ(answers_[1]->value().entry.seq, 2u);
}

TEST_F(AppenderTest, ACheckThatFindsNothingToDoWritesNothing) {
  auto proposal = message(room_.stream(), "x");
  proposal.check = [](const StreamState&) -> Result<Verdict> { return Verdict::nothing; };
  submit(std::move(proposal));
  submit_message("y");
  EXPECT_EQ(answers(), (Outcomes{"nothing", "appended"}));
  EXPECT_EQ(contents(room_.stream()), Contents{"y"});
}

TEST_F(AppenderTest, NothingOvertakesAFailure) {
  submit_message("warm up");
  answers();
  streams_.hold();
  streams_.fail_next({Fault::unavailable});
  submit_message("first");
  run_until([this] { return streams_.batches().size() == 2; });
  submit_message("second");
  streams_.release();
  EXPECT_EQ(answers(), (Outcomes{"appended", "store_unavailable", "store_unavailable"}));
  EXPECT_EQ(contents(room_.stream()), Contents{"warm up"});
  submit_message("later");
  EXPECT_EQ(answers().back(), "appended");
  EXPECT_EQ(sink_.seqs(room_.stream()), (Seqs{2, 3}));
}

TEST_F(AppenderTest, AFailureLeavesOtherStreamsAlone) {
  const auto other = make_room();
  submit_message("warm up");
  answers();
  streams_.hold();
  streams_.fail_next({Fault::unavailable});
  submit_message("fails");
  run_until([this] { return streams_.batches().size() == 2; });
  submit(message(other.stream(), "goes on"));
  streams_.release();
  EXPECT_EQ(answers(), (Outcomes{"appended", "store_unavailable", "appended"}));
}

TEST_F(AppenderTest, AStoreThatCannotBeReadRefuses) {
  streams_.fail_reads(true);
  submit_message("x");
  EXPECT_EQ(answers(), Outcomes{"store_unavailable"});
  streams_.fail_reads(false);
  submit_message("y");
  EXPECT_EQ(answers().back(), "appended");
}

TEST_F(AppenderTest, AnUnknownOutcomeThatWasCommittedIsSettledByTheSameKey) {
  streams_.fail_next({Fault::unknown_committed});
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers(), Outcomes{"outcome_unknown"});
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers().back(), "known");
  EXPECT_EQ(contents(room_.stream()), Contents{"x"});
}

TEST_F(AppenderTest, WhatTurnsOutToBeCommittedIsDeliveredThoughNobodyRetries) {
  streams_.fail_next({Fault::unknown_committed});
  submit_message("x");
  submit_message("y");
  EXPECT_EQ(answers(), Outcomes(2, "outcome_unknown"));
  run_until([this] { return sink_.entries.size() == 2; });
  EXPECT_EQ(sink_.seqs(room_.stream()), (Seqs{2, 3}));
}

TEST_F(AppenderTest, WhatIsCommittedAfterItsSenderWasAnsweredIsDeliveredThoughNobodyRetries) {
  const auto other = make_room();
  streams_.fail_next({Fault::unknown_late, Fault::unknown_late});  // in one batch, or in two
  submit_message("x");
  submit_message("y");
  submit(message(other.stream(), "z"));
  EXPECT_EQ(answers(), Outcomes(3, "outcome_unknown"));
  run_until([this] { return streams_.ranges() >= 2; });
  streams_.write_late();
  run_until([this] { return sink_.entries.size() == 3; });
  EXPECT_EQ(sink_.seqs(room_.stream()), (Seqs{2, 3}));
  EXPECT_EQ(sink_.seqs(other.stream()), Seqs{2});
}

TEST_F(AppenderTest, WhatARetryFindsCommittedIsDeliveredAtOnce) {
  streams_.fail_next({Fault::unknown_late});
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers(), Outcomes{"outcome_unknown"});
  run_until([this] { return streams_.ranges() >= 1; });
  streams_.before_next_append([this] { streams_.write_late(); });
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers().back(), "known");
  EXPECT_EQ(sink_.seqs(room_.stream()), Seqs{2}) << "it waits for somebody to look into the store";
}

TEST_F(AppenderTest, ARetryOfWhatIsKnownDeliversNothingAgain) {
  submit(message(room_.stream(), "x", "k"));
  answers();
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers().back(), "known");
  EXPECT_EQ(sink_.seqs(room_.stream()), Seqs{2});
}

TEST_F(AppenderTest, AnUnknownOutcomeThatWasLostIsSettledByTheSameKey) {
  streams_.fail_next({Fault::unknown_lost});
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers(), Outcomes{"outcome_unknown"});
  submit(message(room_.stream(), "x", "k"));
  EXPECT_EQ(answers().back(), "appended");
  EXPECT_EQ(contents(room_.stream()), Contents{"x"});
  EXPECT_EQ(sink_.seqs(room_.stream()), Seqs{2});
}

TEST_F(AppenderTest, AfterAnUnknownOutcomeTheLogGoesOnWithoutAHole) {
  streams_.fail_next({Fault::unknown_committed});
  submit_message("a");
  answers();
  submit_message("b");
  answers();
  EXPECT_EQ(store_.streams().head(room_.stream()).seq, 3u);
  EXPECT_EQ(contents(room_.stream()), (Contents{"a", "b"}));
}

TEST_F(AppenderTest, AtTheDeadlineTheOutcomeIsUnknownAndTheEntryIsDeliveredWhenItComes) {
  submit_message("warm up");
  answers();
  streams_.hold();
  submit_message("in flight");
  run_until([this] { return streams_.batches().size() == 2; });
  submit_message("queued");
  clock_.advance(Appender::kDeadline);
  EXPECT_EQ(answers(), (Outcomes{"appended", "outcome_unknown", "outcome_unknown"}));
  streams_.release();
  run_until([this] { return sink_.entries.size() == 2; });
  EXPECT_EQ(contents(room_.stream()), (Contents{"warm up", "in flight"}));
}

TEST_F(AppenderTest, WhatWaitsBehindAnExpiredOneIsAnsweredWithItSoThatItDoesNotOvertakeTheRetry) {
  submit_message("warm up");
  answers();
  streams_.hold();
  submit_message("in flight");
  run_until([this] { return streams_.batches().size() == 2; });
  submit_message("a");
  clock_.advance(std::chrono::seconds(1));
  submit_message("b");
  clock_.advance(Appender::kDeadline - std::chrono::seconds(1));
  EXPECT_EQ(answers(), (Outcomes{"appended", "outcome_unknown", "outcome_unknown", "outcome_unknown"}));
  streams_.release();
  submit_message("a");
  EXPECT_EQ(answers().back(), "appended");
  EXPECT_EQ(contents(room_.stream()), (Contents{"warm up", "in flight", "a"}));
}

TEST_F(AppenderTest, WhatWaitsBehindAnAnsweredOneThatLostItsPlaceIsAnsweredWithIt) {
  submit_message("warm up");
  answers();
  streams_.hold();
  submit_message("a");
  run_until([this] { return streams_.batches().size() == 2; });
  clock_.advance(std::chrono::seconds(1));
  submit_message("b");
  clock_.advance(Appender::kDeadline - std::chrono::seconds(1));
  run_until([this] { return answers_[1].has_value(); });
  EXPECT_FALSE(answers_[2]);
  room_.message();  // the warm-up's place in the builder
  append_elsewhere({room_.message("by another instance")});
  streams_.release();
  EXPECT_EQ(answers(), (Outcomes{"appended", "outcome_unknown", "outcome_unknown"}));
  EXPECT_EQ(contents(room_.stream()), (Contents{"warm up", "by another instance"}));
}

TEST_F(AppenderTest, TimestampsNeverGoBack) {
  submit_message("a");
  answers();
  clock_.advance(std::chrono::seconds(-10));
  submit_message("b");
  answers();
  EXPECT_EQ(answers_[1]->value().entry.timestamp, answers_[0]->value().entry.timestamp);
}

TEST_F(AppenderTest, WhatIsTooMuchIsRefusedAsBusy) {
  streams_.hold();
  for (std::size_t i = 0; i < Appender::kMaxQueued; ++i) submit(message(room_.stream(), "x"));
  submit(message(room_.stream(), "one too many"));
  run_until([this] { return answers_.back().has_value(); });
  EXPECT_EQ(outcome_of(*answers_.back()), "busy");
  EXPECT_GT(answers_.back()->error().retry_after_s, 0);
  streams_.release();
  answers();
}

TEST_F(AppenderTest, DrainingAnswersWhatIsQueuedAndRefusesTheRest) {
  for (int i = 0; i < 10; ++i) submit_message(std::to_string(i));
  run(appender_.drain());
  EXPECT_EQ(answers(), Outcomes(10, "appended"));
  submit_message("late");
  EXPECT_EQ(answers().back(), "shutting_down");
}

}  // namespace
}  // namespace parley::test
