#include "services/sign_in.h"

#include "core/ids.h"
#include "support/account_world.h"
#include "support/forwarding_sessions.h"
#include "support/interrupted_users.h"

namespace parley::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SignInTest : public AccountWorld {
 protected:
  SignInTest() { ada_ = sign_up("Ada"); }

  Result<SignIn::SignedIn> refresh(const std::string& token) { return run(accounts_.sign_in.refresh(token)); }

  User ada_;
};

TEST_F(SignInTest, TheRightPasswordBeginsASession) {
  const auto session = try_sign_in("ada");
  ASSERT_TRUE(session);
  const auto identity = identity_of(session->access_token);
  EXPECT_EQ(identity.user_id, ada_.id);
  EXPECT_EQ(identity.username, "Ada");
  EXPECT_EQ(identity.session_id, session->session_id);
  EXPECT_EQ(identity.credential, Credential::session);
  EXPECT_EQ(store_.sessions().find(session->session_id)->device, "a device");
}

TEST_F(SignInTest, AWrongPasswordAndAnUnknownUserGetTheSameAnswer) {
  const auto wrong = try_sign_in("ada", "wrong password");
  const auto unknown = try_sign_in("nobody", "wrong password");
  ASSERT_FALSE(wrong);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(wrong.error().code, Code::invalid_credentials);
  EXPECT_EQ(unknown.error().code, wrong.error().code);
  EXPECT_EQ(unknown.error().message, wrong.error().message);
  EXPECT_EQ(unknown.error().field, wrong.error().field);
}

TEST_F(SignInTest, ADisabledAccountIsToldSoOnlyWithTheRightPassword) {
  store_.users().set_disabled(ada_.id, true);
  EXPECT_EQ(code_of(try_sign_in("ada")), "account_disabled");
  EXPECT_EQ(code_of(try_sign_in("ada", "wrong password")), "invalid_credentials");
}

TEST_F(SignInTest, FailuresAreLimitedAndSuccessesAreNot) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(try_sign_in("ada"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(code_of(try_sign_in("ADA", "wrong password")), "invalid_credentials");
  EXPECT_EQ(code_of(try_sign_in("ada")), "rate_limited");
  EXPECT_EQ(code_of(try_sign_in("ada", kPassword, "192.0.2.2")), "ok");
  clock_.advance(minutes(5));
  EXPECT_EQ(code_of(try_sign_in("ada")), "ok");
}

TEST_F(SignInTest, UnknownUsersAreLimitedAlike) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(code_of(try_sign_in("nobody")), "invalid_credentials");
  EXPECT_EQ(code_of(try_sign_in("nobody")), "rate_limited");
}

TEST_F(SignInTest, AWeakHashIsReplacedByAStrongerOneOfTheSamePassword) {
  Passwords stronger(instance_.hashing, {2, 16384});
  SignIn sign_in(accounts_.context, stronger, accounts_.jwt, accounts_.refresh_tokens, instance_.rate_limits,
                 accounts_.ender);
  const auto before = store_.users().find(ada_.id)->password_hash;
  ASSERT_TRUE(run(sign_in.sign_in({"ada", kPassword, "device", "192.0.2.1"})));
  const auto after = store_.users().find(ada_.id)->password_hash;
  EXPECT_NE(after, before);
  EXPECT_NE(after.find("t=2"), std::string::npos);
  EXPECT_TRUE(try_sign_in("ada"));
}

TEST_F(SignInTest, OfTwoWhoStrengthenTheSameHashAtOnceBothAreSignedIn) {
  Passwords stronger(instance_.hashing, {2, 16384});
  const auto of_the_other = run(stronger.hash(kPassword));
  InterruptedUsers users(store_.users(), [&] { store_.users().set_password_hash(ada_.id, of_the_other); });
  SignIn sign_in({users, store_.sessions(), store_.access_tokens(), store_.invites(), pool_, clock_}, stronger,
                 accounts_.jwt, accounts_.refresh_tokens, instance_.rate_limits, accounts_.ender);
  const auto session = run(sign_in.sign_in({"ada", kPassword, "device", "192.0.2.1"}));
  ASSERT_EQ(code_of(session), "ok");
  EXPECT_TRUE(is_good(session->access_token));
  EXPECT_EQ(store_.users().find(ada_.id)->password_hash, of_the_other);
}

TEST_F(SignInTest, TheHundredAndFirstSessionEndsTheLongestUnused) {
  std::vector<std::string> ids;
  for (int i = 0; i < 101; ++i) {
    ids.push_back(sign_in("ada").session_id);
    clock_.advance(seconds(1));
  }
  EXPECT_EQ(store_.sessions().live_of(ada_.id, clock_.now()).size(), 100u);
  EXPECT_TRUE(store_.sessions().find(ids.front())->ended);
  EXPECT_FALSE(store_.sessions().find(ids.back())->ended);
}

TEST_F(SignInTest, ARefreshGivesANewAccessTokenAndTheNextRefreshToken) {
  const auto session = sign_in("ada");
  clock_.advance(minutes(14));
  const auto next = refresh(session.refresh_token);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->session_id, session.session_id);
  EXPECT_NE(next->refresh_token, session.refresh_token);
  clock_.advance(minutes(14));
  EXPECT_FALSE(is_good(session.access_token));
  EXPECT_TRUE(is_good(next->access_token));
}

TEST_F(SignInTest, TheTokenBeforeGivesTheSameSuccessorUntilThatWasUsed) {
  const auto session = sign_in("ada");
  const auto first = refresh(session.refresh_token);
  clock_.advance(hours(20));
  const auto again = refresh(session.refresh_token);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->refresh_token, first->refresh_token);
}

TEST_F(SignInTest, AndForThirtySecondsAfter) {
  const auto session = sign_in("ada");
  const auto second = refresh(session.refresh_token)->refresh_token;
  const auto third = refresh(second)->refresh_token;
  clock_.advance(seconds(30));
  const auto late = refresh(session.refresh_token);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->refresh_token, second);
  EXPECT_EQ(refresh(second)->refresh_token, third);
}

TEST_F(SignInTest, LaterItEndsTheSession) {
  const auto session = sign_in("ada");
  const auto second = refresh(session.refresh_token)->refresh_token;
  const auto third = refresh(second)->refresh_token;
  clock_.advance(seconds(31));
  EXPECT_EQ(code_of(refresh(session.refresh_token)), "unauthorized");
  EXPECT_EQ(code_of(refresh(third)), "unauthorized");
  EXPECT_FALSE(is_good(session.access_token));
  EXPECT_EQ(heard_, std::vector<std::string>{"session_ended Ada " + session.session_id});
}

TEST_F(SignInTest, AnyOlderTokenEndsTheSessionAtOnce) {
  const auto session = sign_in("ada");
  auto token = session.refresh_token;
  for (int i = 0; i < 3; ++i) token = refresh(token)->refresh_token;
  ASSERT_TRUE(is_good(session.access_token));
  EXPECT_EQ(code_of(refresh(session.refresh_token)), "unauthorized");
  EXPECT_EQ(code_of(refresh(token)), "unauthorized");
  EXPECT_FALSE(is_good(session.access_token));
}

TEST_F(SignInTest, ASessionEndsThirtyDaysAfterItsLastRefresh) {
  const auto session = sign_in("ada");
  clock_.advance(hours(29 * 24));
  const auto second = refresh(session.refresh_token);
  ASSERT_TRUE(second);
  clock_.advance(hours(29 * 24));
  const auto third = refresh(second->refresh_token);
  ASSERT_TRUE(third);
  clock_.advance(hours(30 * 24));
  EXPECT_EQ(code_of(refresh(third->refresh_token)), "unauthorized");
}

TEST_F(SignInTest, AForgedOrUnknownRefreshTokenHarmsNobody) {
  const auto session = sign_in("ada");
  EXPECT_EQ(code_of(refresh("")), "unauthorized");
  EXPECT_EQ(code_of(refresh(session.refresh_token + "x")), "unauthorized");
  EXPECT_EQ(code_of(refresh(accounts_.refresh_tokens.make(new_id(), 1))), "unauthorized");
  EXPECT_EQ(code_of(refresh(session.refresh_token)), "ok");
}

TEST_F(SignInTest, ADisabledUserGetsNoNewToken) {
  const auto session = sign_in("ada");
  store_.users().set_disabled(ada_.id, true);
  EXPECT_EQ(code_of(refresh(session.refresh_token)), "account_disabled");
}

TEST_F(SignInTest, SigningOutByRefreshTokenEndsTheSession) {
  const auto session = sign_in("ada");
  ASSERT_TRUE(is_good(session.access_token));
  EXPECT_EQ(code_of(run(accounts_.sign_in.sign_out(session.refresh_token))), "ok");
  EXPECT_FALSE(is_good(session.access_token));
  EXPECT_EQ(code_of(refresh(session.refresh_token)), "unauthorized");
  EXPECT_EQ(code_of(run(accounts_.sign_in.sign_out("nonsense"))), "unauthorized");
}

/// Changes the password in the very moment between the check of the old one and the making of the session.
class ChangingSessions : public ForwardingSessions {
 public:
  ChangingSessions(SessionRepository& real, std::function<void()> meanwhile)
      : ForwardingSessions(real), meanwhile_(std::move(meanwhile)) {}

  void create(const Session& session) override {
    meanwhile_();
    ForwardingSessions::create(session);
  }

 private:
  std::function<void()> meanwhile_;
};

TEST_F(SignInTest, APasswordThatIsChangedMeanwhileLeavesNoSessionOfTheOldOne) {
  const auto another = run(accounts_.passwords.hash("another password"));
  ChangingSessions changing(store_.sessions(), [&] { store_.users().set_password_hash(ada_.id, another); });
  AccountContext context{store_.users(), changing, store_.access_tokens(), store_.invites(), pool_, clock_};
  SignIn sign_in(context, accounts_.passwords, accounts_.jwt, accounts_.refresh_tokens, instance_.rate_limits,
                 accounts_.ender);
  EXPECT_EQ(code_of(run(sign_in.sign_in({"ada", kPassword, "device", "192.0.2.1"}))), "invalid_credentials");
  EXPECT_TRUE(store_.sessions().live_of(ada_.id, clock_.now()).empty());
}

}  // namespace
}  // namespace parley::test
