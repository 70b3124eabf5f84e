#include "services/session_announcer.h"

#include "support/account_samples.h"
#include "support/room_world.h"

namespace parley::test {
namespace {

using Fault = FaultyStreams::Fault;
using Kinds = std::vector<std::string>;

class SessionAnnouncerTest : public RoomWorld {
 protected:
  /// A session of ada's that ended in the store, as if its ender had died right then.
  Session end_a_session() {
    auto session = sample_session(ada_.user_id);
    store_.sessions().create(session);
    store_.sessions().end(session.id, clock_.now());
    return session;
  }

  User owner() { return store_.users().find(ada_.user_id).value(); }
  Kinds told_ada() { return kinds(user_stream(ada_.user_id)); }
  void wait_until_announced() {
    run_until(
        [&] { return store_.sessions().unannounced(1).empty() && store_.access_tokens().unannounced(1).empty(); });
  }

  SessionAnnouncer announcer_{
      loop_, appender_,
      AccountContext{store_.users(), store_.sessions(), store_.access_tokens(), store_.invites(), pool_, clock_}};
};

TEST_F(SessionAnnouncerTest, AnEndIsSaidInTheUsersStreamOnce) {
  const auto session = end_a_session();
  announcer_.begin(owner(), session.id);
  wait_until_announced();
  announcer_.begin(owner(), session.id);
  run(announcer_.sweep());
  wait_until_announced();
  EXPECT_EQ(told_ada(), Kinds{"session_ended"});
}

TEST_F(SessionAnnouncerTest, WhatADeadInstanceLeftUnsaidIsSaid) {
  const auto session = end_a_session();
  auto token = sample_access_token(ada_.user_id);
  store_.access_tokens().create(token);
  store_.access_tokens().end(token.id, clock_.now());
  run(announcer_.sweep());
  wait_until_announced();
  const auto entries = store_.streams().range(user_stream(ada_.user_id), 1, 10);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ((std::set<std::string>{ended_session(entries[0])->session_id, ended_session(entries[1])->session_id}),
            (std::set<std::string>{session.id, token.id}));
}

TEST_F(SessionAnnouncerTest, ItIsSaidThatTheAccountWasDisabledAlsoByWhoFindsItUnsaid) {
  store_.users().set_disabled(ada_.user_id, true);
  announcer_.begin(owner(), end_a_session().id);
  wait_until_announced();
  end_a_session();
  run(announcer_.sweep());
  wait_until_announced();
  const auto entries = store_.streams().range(user_stream(ada_.user_id), 1, 10);
  ASSERT_EQ(entries.size(), 2u);
  for (const auto& entry : entries) EXPECT_TRUE(ended_session(entry)->account_disabled);
}

TEST_F(SessionAnnouncerTest, AFailingStoreOnlyDelaysIt) {
  const auto session = end_a_session();
  streams_.fail_next({Fault::unavailable});
  announcer_.begin(owner(), session.id);
  run_until([&] { return !streams_.batches().empty(); });
  EXPECT_EQ(store_.sessions().unannounced(1).size(), 1u);
  run_until([&] {
    run(announcer_.sweep());
    return store_.sessions().unannounced(1).empty();
  });
  EXPECT_EQ(told_ada(), Kinds{"session_ended"});
}

}  // namespace
}  // namespace parley::test
