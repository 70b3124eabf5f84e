#include "services/account_sessions.h"

#include <set>
#include <thread>

#include "support/account_world.h"
#include "support/forwarding_access_tokens.h"

namespace parley::test {
namespace {

using std::chrono::seconds;

class AccountSessionsTest : public AccountWorld {
 protected:
  AccountSessionsTest() {
    sign_up("ada");
    sign_up("eve");
    session_ = sign_in("ada");
    ada_ = identity_of(session_.access_token);
    eve_ = identity_of(sign_in("eve").access_token);
  }

  AccountSessions& sessions() { return accounts_.sessions; }

  SignIn::SignedIn session_;
  Identity ada_;
  Identity eve_;
};

TEST_F(AccountSessionsTest, TheMostRecentlyUsedComesFirst) {
  clock_.advance(seconds(1));
  const auto second = sign_in("ada");
  clock_.advance(seconds(1));
  ASSERT_TRUE(run(accounts_.sign_in.refresh(session_.refresh_token)));
  const auto page = run(sessions().list(ada_, "", 10)).value();
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].id, session_.session_id);
  EXPECT_EQ(page.items[1].id, second.session_id);
  EXPECT_EQ(page.next_cursor, "");
}

TEST_F(AccountSessionsTest, PagesHoldEachSessionOnce) {
  for (int i = 0; i < 4; ++i) sign_in("ada");
  std::set<std::string> seen;
  std::string cursor;
  do {
    const auto page = run(sessions().list(ada_, cursor, 2)).value();
    EXPECT_LE(page.items.size(), 2u);
    for (const auto& session : page.items) EXPECT_TRUE(seen.insert(session.id).second);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 5u);
}

TEST_F(AccountSessionsTest, AForeignCursorIsRefused) {
  EXPECT_EQ(run(sessions().list(ada_, "nonsense", 2)).error().field, "cursor");
  EXPECT_EQ(run(sessions().list(ada_, "12.", 2)).error().field, "cursor");
}

TEST_F(AccountSessionsTest, OneEndsAnotherSessionOfOnesOwnOnly) {
  const auto other = sign_in("ada");
  EXPECT_EQ(code_of(run(sessions().end(eve_, other.session_id))), "not_found");
  ASSERT_TRUE(is_good(other.access_token));
  EXPECT_EQ(code_of(run(sessions().end(ada_, other.session_id))), "ok");
  EXPECT_FALSE(is_good(other.access_token));
  EXPECT_TRUE(is_good(session_.access_token));
  EXPECT_EQ(heard_, std::vector<std::string>{"session_ended ada " + other.session_id});
}

TEST_F(AccountSessionsTest, EndingItAgainIsFineAndNoNews) {
  const auto other = sign_in("ada");
  run(sessions().end(ada_, other.session_id));
  EXPECT_EQ(code_of(run(sessions().end(ada_, other.session_id))), "ok");
  EXPECT_EQ(heard_.size(), 1u);
  EXPECT_EQ(code_of(run(sessions().end(ada_, "nonsense"))), "not_found");
}

TEST_F(AccountSessionsTest, SigningOutEverywhereLeavesTokensAndOtherUsersAlone) {
  const auto bot = run(sessions().create_access_token(ada_, "bot", std::nullopt)).value();
  const auto other = sign_in("ada");
  run(sessions().end_all(ada_));
  EXPECT_FALSE(is_good(session_.access_token));
  EXPECT_FALSE(is_good(other.access_token));
  EXPECT_TRUE(is_good(bot.text));
  EXPECT_EQ(run(sessions().list(eve_, "", 10))->items.size(), 1u);
}

TEST_F(AccountSessionsTest, ATokenIsListedWithoutItsTextNewestFirst) {
  const auto first = run(sessions().create_access_token(ada_, " first ", std::nullopt)).value();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const auto second = run(sessions().create_access_token(ada_, "second", 30)).value();
  const auto page = run(sessions().access_tokens(ada_, "", 10)).value();
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].id, second.token.id);
  EXPECT_EQ(page.items[1].name, "first");
  EXPECT_EQ(page.items[0].hash.find(second.text), std::string::npos);
  EXPECT_EQ(page.items[0].expires_at, clock_.now() + std::chrono::days(30));
  EXPECT_TRUE(run(sessions().access_tokens(eve_, "", 10))->items.empty());
  const auto last = run(sessions().access_tokens(ada_, run(sessions().access_tokens(ada_, "", 1))->next_cursor, 1));
  EXPECT_EQ(last->items.at(0).id, first.token.id);
}

TEST_F(AccountSessionsTest, ARevokedTokenIsDeadAndSaidToBe) {
  const auto bot = run(sessions().create_access_token(ada_, "bot", std::nullopt)).value();
  ASSERT_TRUE(is_good(bot.text));
  EXPECT_EQ(code_of(run(sessions().revoke_access_token(eve_, bot.token.id))), "not_found");
  EXPECT_EQ(code_of(run(sessions().revoke_access_token(ada_, bot.token.id))), "ok");
  EXPECT_FALSE(is_good(bot.text));
  EXPECT_EQ(code_of(run(sessions().revoke_access_token(ada_, bot.token.id))), "ok");
  EXPECT_EQ(heard_, std::vector<std::string>{"session_ended ada " + bot.token.id});
}

TEST_F(AccountSessionsTest, TokensAreBoundedAndTheirNamesChecked) {
  EXPECT_EQ(run(sessions().create_access_token(ada_, "\u202e", std::nullopt)).error().field, "name");
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(run(sessions().create_access_token(ada_, "bot", std::nullopt)));
  EXPECT_EQ(code_of(run(sessions().create_access_token(ada_, "bot", std::nullopt))), "too_many_tokens");
}

/// The account is disabled, which ends all tokens that exist, right before a further one is made.
class TokensOfTheDisabled : public ForwardingAccessTokens {
 public:
  TokensOfTheDisabled(AccessTokenRepository& real, UserRepository& users)
      : ForwardingAccessTokens(real), users_(users) {}

  void create(const AccessToken& token) override {
    users_.set_disabled(token.user_id, true);
    ForwardingAccessTokens::create(token);
  }

 private:
  UserRepository& users_;
};

TEST_F(AccountSessionsTest, ATokenThatIsMadeWhileTheAccountIsDisabledIsDeadForGood) {
  TokensOfTheDisabled tokens(store_.access_tokens(), store_.users());
  AccountSessions sessions({store_.users(), store_.sessions(), tokens, store_.invites(), pool_, clock_},
                           accounts_.ender);
  EXPECT_EQ(code_of(run(sessions.create_access_token(ada_, "bot", std::nullopt))), "account_disabled");
  EXPECT_TRUE(store_.access_tokens().live_of(ada_.user_id, clock_.now()).empty());
}

TEST_F(AccountSessionsTest, WhatHasBeenDeadForThirtyDaysIsPurged) {
  const auto bot = run(sessions().create_access_token(ada_, "bot", std::nullopt)).value();
  run(sessions().revoke_access_token(ada_, bot.token.id));
  run(sessions().end_all(ada_));
  clock_.advance(std::chrono::hours(29 * 24));
  run(accounts_.purge());
  EXPECT_TRUE(store_.sessions().find(session_.session_id));
  clock_.advance(std::chrono::hours(25));
  run(accounts_.purge());
  EXPECT_FALSE(store_.sessions().find(session_.session_id));
  EXPECT_FALSE(store_.access_tokens().find(bot.token.id));
}

}  // namespace
}  // namespace parley::test
