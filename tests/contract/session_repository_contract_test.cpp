#include <atomic>
#include <thread>

#include "contract/stores.h"
#include "support/account_samples.h"

namespace parley::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class SessionRepositoryContract : public StoreTest {
 protected:
  SessionRepository& sessions() { return store().sessions(); }

  Session add(const std::string& user_id) {
    auto session = sample_session(user_id);
    sessions().create(session);
    return session;
  }
};

TEST_P(SessionRepositoryContract, ASessionIsReadAsItWasMade) {
  const auto session = add("user");
  const auto found = sessions().find(session.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user_id, "user");
  EXPECT_EQ(found->device, "Firefox on Linux");
  EXPECT_EQ(found->created_at, kNoon);
  EXPECT_EQ(found->last_used_at, kNoon);
  EXPECT_EQ(found->expires_at, kNoon + hours(24));
  EXPECT_EQ(found->generation, 1u);
  EXPECT_FALSE(found->ended);
}

TEST_P(SessionRepositoryContract, AnUnknownSessionIsNotFoundAndDoesNotAdvance) {
  EXPECT_FALSE(sessions().find(new_id()));
  EXPECT_FALSE(sessions().advance(new_id(), 1, kLater, kLater + hours(1)));
}

TEST_P(SessionRepositoryContract, TheNewestGenerationAdvancesAndSlidesTheEnd) {
  const auto session = add("user");
  const auto advanced = sessions().advance(session.id, 1, kLater, kLater + hours(48));
  ASSERT_TRUE(advanced);
  EXPECT_EQ(advanced->generation, 2u);
  EXPECT_EQ(advanced->generation_at, kLater);
  EXPECT_EQ(advanced->last_used_at, kLater);
  EXPECT_EQ(advanced->expires_at, kLater + hours(48));
}

TEST_P(SessionRepositoryContract, AnOlderGenerationDoesNotAdvanceAgain) {
  const auto session = add("user");
  sessions().advance(session.id, 1, kLater, kLater + hours(48));
  const auto again = sessions().advance(session.id, 1, kLater + seconds(9), kLater + hours(99));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->generation, 2u);
  EXPECT_EQ(again->generation_at, kLater);
  EXPECT_EQ(again->expires_at, kLater + hours(48));
}

TEST_P(SessionRepositoryContract, ManyWhoPresentOneGenerationAtOnceSeeOneSuccessor) {
  const auto session = add("user");
  std::atomic<int> seen = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto advanced = sessions().advance(session.id, 1, kLater, kLater + hours(1));
      seen += advanced && advanced->generation == 2 ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(seen, 8);
  EXPECT_EQ(sessions().find(session.id)->generation, 2u);
}

TEST_P(SessionRepositoryContract, AnEndedSessionIsKnownButNeitherLivesNorAdvances) {
  const auto session = add("user");
  ASSERT_EQ(sessions().live_of("user", kNoon).size(), 1u);
  sessions().end(session.id, kLater);
  sessions().end(session.id, kLater + seconds(1));
  EXPECT_TRUE(sessions().find(session.id)->ended);
  EXPECT_TRUE(sessions().live_of("user", kNoon).empty());
  EXPECT_EQ(sessions().advance(session.id, 1, kLater, kLater + hours(1))->generation, 1u);
}

TEST_P(SessionRepositoryContract, LiveSessionsAreTheUsersOwnThatHaveNotExpired) {
  const auto first = add("user");
  add("another");
  ASSERT_EQ(sessions().live_of("user", kNoon).size(), 1u);
  EXPECT_EQ(sessions().live_of("user", kNoon).front().id, first.id);
  EXPECT_TRUE(sessions().live_of("user", first.expires_at).empty());
}

TEST_P(SessionRepositoryContract, OnlyWhatHasLongBeenDeadIsPurged) {
  const auto ended = add("user");
  sessions().end(ended.id, kNoon);
  auto expired = sample_session("user");
  expired.expires_at = kNoon;
  sessions().create(expired);
  const auto alive = add("user");
  EXPECT_EQ(sessions().purge(kNoon, 10), 0u);
  EXPECT_EQ(sessions().purge(kLater, 1), 1u);
  EXPECT_EQ(sessions().purge(kLater, 10), 1u);
  EXPECT_FALSE(sessions().find(ended.id));
  EXPECT_FALSE(sessions().find(expired.id));
  EXPECT_TRUE(sessions().find(alive.id));
}

TEST_P(SessionRepositoryContract, AnEndIsUnannouncedUntilItIsAnnounced) {
  const auto live = add("user");
  const auto ended = add("user");
  sessions().end(ended.id, kLater);
  ASSERT_EQ(sessions().unannounced(10).size(), 1u);
  EXPECT_EQ(sessions().unannounced(10)[0].id, ended.id);
  EXPECT_EQ(sessions().unannounced(10)[0].user_id, "user");
  sessions().set_announced(live.id);
  EXPECT_EQ(sessions().unannounced(10).size(), 1u);
  sessions().set_announced(ended.id);
  sessions().set_announced(ended.id);
  EXPECT_TRUE(sessions().unannounced(10).empty());
  sessions().end(ended.id, kLater);
  EXPECT_TRUE(sessions().unannounced(10).empty()) << "ending it again is no news";
}

PARLEY_ON_EVERY_STORE(SessionRepositoryContract);

class AccessTokenRepositoryContract : public StoreTest {
 protected:
  AccessTokenRepository& tokens() { return store().access_tokens(); }
};

TEST_P(AccessTokenRepositoryContract, ATokenIsReadAsItWasMade) {
  auto token = sample_access_token("user");
  token.expires_at = kLater;
  tokens().create(token);
  const auto found = tokens().find(token.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user_id, "user");
  EXPECT_EQ(found->name, "build bot");
  EXPECT_EQ(found->hash, token.hash);
  EXPECT_EQ(found->created_at, kNoon);
  EXPECT_EQ(found->expires_at, kLater);
  EXPECT_EQ(found->last_used_at, std::nullopt);
  EXPECT_FALSE(found->ended);
  EXPECT_FALSE(tokens().find(new_id()));
}

TEST_P(AccessTokenRepositoryContract, ItsLastUseIsKept) {
  const auto token = sample_access_token("user");
  tokens().create(token);
  tokens().set_last_used(token.id, kLater);
  EXPECT_EQ(tokens().find(token.id)->last_used_at, kLater);
}

TEST_P(AccessTokenRepositoryContract, LiveTokensAreNeitherRevokedNorExpiredNorAnothers) {
  const auto endless = sample_access_token("user");
  auto expiring = sample_access_token("user");
  expiring.expires_at = kLater;
  const auto revoked = sample_access_token("user");
  for (const auto& token : {endless, expiring, revoked, sample_access_token("another")}) tokens().create(token);
  ASSERT_EQ(tokens().live_of("user", kNoon).size(), 3u);
  tokens().end(revoked.id, kNoon);
  EXPECT_EQ(tokens().live_of("user", kNoon).size(), 2u);
  ASSERT_EQ(tokens().live_of("user", kLater).size(), 1u);
  EXPECT_EQ(tokens().live_of("user", kLater).front().id, endless.id);
  EXPECT_TRUE(tokens().find(revoked.id)->ended);
}

TEST_P(AccessTokenRepositoryContract, OnlyWhatHasLongBeenDeadIsPurged) {
  const auto endless = sample_access_token("user");
  auto expired = sample_access_token("user");
  expired.expires_at = kNoon;
  const auto revoked = sample_access_token("user");
  for (const auto& token : {endless, expired, revoked}) tokens().create(token);
  tokens().end(revoked.id, kNoon);
  EXPECT_EQ(tokens().purge(kNoon, 10), 0u);
  EXPECT_EQ(tokens().purge(kLater, 10), 2u);
  EXPECT_TRUE(tokens().find(endless.id));
}

TEST_P(AccessTokenRepositoryContract, AnEndIsUnannouncedUntilItIsAnnounced) {
  const auto token = sample_access_token("user");
  tokens().create(token);
  EXPECT_TRUE(tokens().unannounced(10).empty());
  tokens().end(token.id, kLater);
  ASSERT_EQ(tokens().unannounced(10).size(), 1u);
  EXPECT_EQ(tokens().unannounced(10)[0].id, token.id);
  tokens().set_announced(token.id);
  EXPECT_TRUE(tokens().unannounced(10).empty());
}

PARLEY_ON_EVERY_STORE(AccessTokenRepositoryContract);

}  // namespace
}  // namespace parley::test
