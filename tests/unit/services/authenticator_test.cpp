#include "services/authenticator.h"

#include <boost/asio/post.hpp>

#include "core/ids.h"
#include "support/account_samples.h"
#include "support/account_world.h"
#include "support/forwarding_sessions.h"

namespace parley::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class AuthenticatorTest : public AccountWorld {
 protected:
  AuthenticatorTest() {
    sign_up("admin");
    ada_ = sign_up("ada");
  }

  std::string code(const std::string& token) { return code_of(run(accounts_.authenticator.authenticate(token))); }

  AccountSessions::NewAccessToken create_access_token(std::optional<std::int64_t> days = std::nullopt) {
    const auto identity = identity_of(sign_in("ada").access_token);
    return run(accounts_.sessions.create_access_token(identity, "bot", days)).value();
  }

  User ada_;
};

TEST_F(AuthenticatorTest, AnAccessTokenOfALiveSessionIsGoodUntilItsEnd) {
  const auto token = sign_in("ada").access_token;
  const auto identity = identity_of(token);
  EXPECT_EQ(identity.expires_at, clock_.now() + minutes(15));
  EXPECT_FALSE(identity.is_admin);
  EXPECT_TRUE(identity_of(sign_in("admin").access_token).is_admin);
  clock_.advance(minutes(15) + seconds(5));
  EXPECT_EQ(code(token), "token_expired");
}

TEST_F(AuthenticatorTest, ASessionThatEndsHereIsDeadAtOnce) {
  const auto session = sign_in("ada");
  ASSERT_EQ(code(session.access_token), "ok");
  ASSERT_TRUE(run(accounts_.sessions.end(identity_of(session.access_token), session.session_id)));
  EXPECT_EQ(code(session.access_token), "unauthorized");
}

TEST_F(AuthenticatorTest, ASessionThatEndsElsewhereIsDeadWithinFiveSeconds) {
  const auto other = another_instance();
  const auto session = sign_in("ada");
  ASSERT_EQ(code(session.access_token), "ok");
  ASSERT_TRUE(run(other->accounts.sign_in.sign_out(session.refresh_token)));
  clock_.advance(milliseconds(3900));
  EXPECT_EQ(code(session.access_token), "ok") << "believed, so that not each request asks the store";
  clock_.advance(milliseconds(200));
  EXPECT_EQ(code(session.access_token), "unauthorized");
}

TEST_F(AuthenticatorTest, WhatIsForgottenIsAskedAgainAtOnce) {
  const auto other = another_instance();
  const auto session = sign_in("ada");
  ASSERT_EQ(code(session.access_token), "ok");
  ASSERT_TRUE(run(other->accounts.sign_in.sign_out(session.refresh_token)));
  accounts_.authenticator.forget_session(session.session_id);
  EXPECT_EQ(code(session.access_token), "unauthorized");
}

TEST_F(AuthenticatorTest, ADisabledAccountIsToldSoWhateverElseIsWrong) {
  const auto session = sign_in("ada");
  const auto bot = create_access_token();
  ASSERT_TRUE(run(accounts_.directory.set_standing("", ada_.id, UserDirectory::Standing::disabled)));
  EXPECT_EQ(code(session.access_token), "account_disabled");
  EXPECT_EQ(code(bot.text), "account_disabled");
}

TEST_F(AuthenticatorTest, ATokenOfOneUserForTheSessionOfAnotherIsRefused) {
  const auto session = sign_in("ada");
  const auto admin_id = store_.users().find_by_username("admin")->id;
  EXPECT_EQ(code(accounts_.jwt.sign(ada_.id, session.session_id)), "ok");
  EXPECT_EQ(code(accounts_.jwt.sign(admin_id, session.session_id)), "unauthorized");
  EXPECT_EQ(code(accounts_.jwt.sign(ada_.id, new_id())), "unauthorized");
}

TEST_F(AuthenticatorTest, APersonalAccessTokenIsGoodForItsUser) {
  const auto bot = create_access_token();
  EXPECT_TRUE(bot.text.starts_with("ply_"));
  const auto identity = identity_of(bot.text);
  EXPECT_EQ(identity.user_id, ada_.id);
  EXPECT_EQ(identity.session_id, bot.token.id);
  EXPECT_EQ(identity.credential, Credential::access_token);
  EXPECT_GT(identity.expires_at, clock_.now() + hours(24 * 365 * 50));
}

TEST_F(AuthenticatorTest, APersonalAccessTokenExpires) {
  const auto bot = create_access_token(1);
  EXPECT_EQ(identity_of(bot.text).expires_at, clock_.now() + hours(24));
  clock_.advance(hours(24));
  EXPECT_EQ(code(bot.text), "token_expired");
}

TEST_F(AuthenticatorTest, AChangedOrMadeUpPersonalAccessTokenIsRefused) {
  const auto bot = create_access_token();
  ASSERT_EQ(code(bot.text), "ok");
  auto changed = bot.text;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(code(changed), "unauthorized");
  EXPECT_EQ(code("ply_" + new_id() + std::string(43, 'A')), "unauthorized");
  EXPECT_EQ(code("ply_"), "unauthorized");
  EXPECT_EQ(code(""), "unauthorized");
}

TEST_F(AuthenticatorTest, APersonalAccessTokenIsLookedUpOnlyIfItMayBe) {
  const auto bot = create_access_token();
  const auto session = sign_in("ada");
  int asked = 0;
  const auto code_if_not = [&](const std::string& token) {
    auto may_not = [&]() -> Result<void> { return ++asked, refuse(Code::rate_limited); };
    return code_of(run(accounts_.authenticator.authenticate(token, may_not)));
  };
  EXPECT_EQ(code_if_not(session.access_token), "ok") << "its signature is enough";
  EXPECT_EQ(code_if_not("ply_"), "unauthorized");
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(code_if_not(bot.text), "rate_limited");
  EXPECT_EQ(store_.access_tokens().find(bot.token.id)->last_used_at, std::nullopt);
  ASSERT_EQ(code(bot.text), "ok");
  EXPECT_EQ(code_if_not(bot.text), "ok") << "what is remembered costs nothing";
  clock_.advance(Authenticator::kBelieved);
  EXPECT_EQ(code_if_not(bot.text), "rate_limited");
}

TEST_F(AuthenticatorTest, TheLastUseOfAPersonalAccessTokenIsNotedEveryTenMinutes) {
  const auto bot = create_access_token();
  const auto last_used = [&] { return store_.access_tokens().find(bot.token.id)->last_used_at; };
  EXPECT_EQ(last_used(), std::nullopt);
  const auto first = clock_.now();
  ASSERT_EQ(code(bot.text), "ok");
  EXPECT_EQ(last_used(), first);
  clock_.advance(minutes(9));
  ASSERT_EQ(code(bot.text), "ok");
  EXPECT_EQ(last_used(), first);
  clock_.advance(minutes(2));
  ASSERT_EQ(code(bot.text), "ok");
  EXPECT_EQ(last_used(), clock_.now());
}

TEST_F(AuthenticatorTest, AWrongSecretIsNoUseOfAPersonalAccessTokenAndHidesNone) {
  const auto bot = create_access_token();
  auto wrong = bot.text;
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  ASSERT_EQ(code(wrong), "unauthorized");
  EXPECT_EQ(store_.access_tokens().find(bot.token.id)->last_used_at, std::nullopt);
  // Within the time for which the store is believed.
  ASSERT_EQ(code(bot.text), "ok");
  EXPECT_EQ(store_.access_tokens().find(bot.token.id)->last_used_at, clock_.now());
}

/// Answers only after somebody ended the session meanwhile.
class LateSessions : public ForwardingSessions {
 public:
  using ForwardingSessions::ForwardingSessions;

  std::function<void()> after_reading = [] {};

  std::optional<Session> find(std::string_view id) override {
    auto session = ForwardingSessions::find(id);
    after_reading();
    return session;
  }
};

TEST_F(AuthenticatorTest, AnAnswerFromBeforeTheEndIsNotKept) {
  LateSessions late(store_.sessions());
  Authenticator authenticator({store_.users(), late, store_.access_tokens(), store_.invites(), pool_, clock_},
                              accounts_.jwt);
  const auto session = sign_in("ada");
  late.after_reading = [&] {
    store_.sessions().end(session.session_id, clock_.now());
    asio::post(io_, [&] { authenticator.forget_session(session.session_id); });
  };
  EXPECT_EQ(code_of(run(authenticator.authenticate(session.access_token))), "ok");
  EXPECT_EQ(code_of(run(authenticator.authenticate(session.access_token))), "unauthorized");
}

}  // namespace
}  // namespace parley::test
