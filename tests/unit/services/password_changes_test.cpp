#include "services/password_changes.h"

#include "support/account_world.h"
#include "support/interrupted_users.h"

namespace parley::test {
namespace {

constexpr const char* kNew = "another fine password";

class PasswordChangesTest : public AccountWorld {
 protected:
  PasswordChangesTest() {
    ada_ = sign_up("ada");
    session_ = sign_in("ada");
    identity_ = identity_of(session_.access_token);
  }

  Result<void> change(std::string current, std::string next) {
    return run(accounts_.password_changes.change(identity_, std::move(current), std::move(next), "192.0.2.1"));
  }
  Result<void> reset(std::string token, std::string next = kNew) {
    return run(accounts_.password_changes.reset(std::move(token), std::move(next)));
  }
  /// `meanwhile` happens right before the new password is stored.
  Result<void> reset_while(std::string token, std::function<void()> meanwhile) {
    InterruptedUsers users(store_.users(), std::move(meanwhile));
    PasswordChanges changes({users, store_.sessions(), store_.access_tokens(), store_.invites(), pool_, clock_},
                            accounts_.passwords, accounts_.invites, instance_.rate_limits, accounts_.ender);
    return run(changes.reset(std::move(token), kNew));
  }
  std::string reset_token() { return run(accounts_.directory.create_password_reset("", ada_.id))->token; }

  User ada_;
  SignIn::SignedIn session_;
  Identity identity_;
};

TEST_F(PasswordChangesTest, AChangeEndsTheOtherSessionsAndKeepsThisOne) {
  const auto other = sign_in("ada");
  ASSERT_TRUE(is_good(other.access_token));
  ASSERT_EQ(code_of(change(kPassword, kNew)), "ok");
  EXPECT_FALSE(is_good(other.access_token));
  EXPECT_TRUE(is_good(session_.access_token));
  EXPECT_EQ(heard_, std::vector<std::string>{"session_ended ada " + other.session_id});
  EXPECT_EQ(code_of(try_sign_in("ada")), "invalid_credentials");
  EXPECT_EQ(code_of(try_sign_in("ada", kNew)), "ok");
}

TEST_F(PasswordChangesTest, TheWrongPasswordChangesNothingAndCountsAsAFailedSignIn) {
  for (int i = 0; i < 10; ++i) {
    const auto refused = change("wrong password", kNew);
    EXPECT_EQ(code_of(refused), "wrong_password");
    EXPECT_EQ(refused.error().field, "current_password");
  }
  EXPECT_EQ(code_of(change(kPassword, kNew)), "rate_limited");
  EXPECT_EQ(code_of(try_sign_in("ada")), "rate_limited");
  EXPECT_EQ(code_of(try_sign_in("ada", kPassword, "192.0.2.2")), "ok");
}

TEST_F(PasswordChangesTest, TheNewPasswordMustBeGood) {
  EXPECT_EQ(change(kPassword, "short").error().field, "new_password");
  EXPECT_EQ(code_of(try_sign_in("ada")), "ok");
}

TEST_F(PasswordChangesTest, AResetLinkWorksOnceAndEndsAllSessions) {
  const auto token = reset_token();
  ASSERT_EQ(code_of(reset(token)), "ok");
  EXPECT_FALSE(is_good(session_.access_token));
  EXPECT_EQ(code_of(try_sign_in("ada", kNew)), "ok");
  EXPECT_EQ(code_of(reset(token, "yet another password")), "reset_link_invalid");
  EXPECT_EQ(code_of(try_sign_in("ada", kNew)), "ok");
}

TEST_F(PasswordChangesTest, ARefusedPasswordDoesNotUseTheLinkUp) {
  const auto token = reset_token();
  EXPECT_EQ(reset(token, "short").error().field, "new_password");
  EXPECT_EQ(code_of(reset(token)), "ok");
}

TEST_F(PasswordChangesTest, ABusyServerDoesNotUseTheLinkUp) {
  WorkerPool full("hashing", 1, 0);
  Passwords busy(full, {1, 8192});
  PasswordChanges changes(accounts_.context, busy, accounts_.invites, instance_.rate_limits, accounts_.ender);
  const auto token = reset_token();
  EXPECT_THROW(run(changes.reset(token, kNew)), Busy);
  EXPECT_EQ(code_of(reset(token)), "ok");
}

TEST_F(PasswordChangesTest, AResetThatTheStoreDidNotTakeDoesNotUseTheLinkUp) {
  const auto token = reset_token();
  EXPECT_THROW(reset_while(token, [] { throw StoreUnavailable("a full disk"); }), StoreUnavailable);
  EXPECT_EQ(code_of(reset(token)), "ok");
}

TEST_F(PasswordChangesTest, AResetThatTheStoreMayHaveTakenUsesTheLinkUp) {
  const auto token = reset_token();
  EXPECT_THROW(reset_while(token, [] { throw OutcomeUnknown("no reply"); }), OutcomeUnknown);
  EXPECT_EQ(code_of(reset(token)), "reset_link_invalid");
}

TEST_F(PasswordChangesTest, ANewerLinkVoidsTheOlder) {
  const auto older = reset_token();
  const auto newer = reset_token();
  EXPECT_EQ(code_of(reset(older)), "reset_link_invalid");
  EXPECT_EQ(code_of(reset(newer)), "ok");
}

TEST_F(PasswordChangesTest, WhoKnowsAStolenPasswordCannotVoidItsOwnersLink) {
  const auto token = reset_token();
  ASSERT_EQ(code_of(change(kPassword, "what the thief chose")), "ok");
  EXPECT_EQ(code_of(reset(token)), "ok");
  EXPECT_EQ(code_of(try_sign_in("ada", kNew)), "ok");
}

TEST_F(PasswordChangesTest, APasswordThatTheOperatorSetVoidsTheLinks) {
  const auto token = reset_token();
  ASSERT_EQ(code_of(run(accounts_.password_changes.set("ada", kNew))), "ok");
  EXPECT_EQ(code_of(reset(token)), "reset_link_invalid");
}

TEST_F(PasswordChangesTest, AChangeDoesNotUndoAResetThatWasMadeMeanwhile) {
  const auto kept = run(accounts_.passwords.hash("what the operator set"));
  InterruptedUsers users(store_.users(), [&] { store_.users().set_password_hash(ada_.id, kept); });
  PasswordChanges changes({users, store_.sessions(), store_.access_tokens(), store_.invites(), pool_, clock_},
                          accounts_.passwords, accounts_.invites, instance_.rate_limits, accounts_.ender);
  const auto refused = run(changes.change(identity_, kPassword, kNew, "192.0.2.1"));
  EXPECT_EQ(code_of(refused), "wrong_password");
  EXPECT_EQ(store_.users().find(ada_.id)->password_hash, kept);
}

TEST_F(PasswordChangesTest, ALinkEndsAfterADay) {
  const auto token = reset_token();
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(code_of(reset(token)), "reset_link_invalid");
}

TEST_F(PasswordChangesTest, OtherTokensResetNothing) {
  EXPECT_EQ(code_of(reset("nonsense")), "reset_link_invalid");
  EXPECT_EQ(code_of(reset(run(accounts_.invites.create({}))->token)), "reset_link_invalid");
}

TEST_F(PasswordChangesTest, TheOperatorSetsAPasswordAndEndsAllSessions) {
  ASSERT_EQ(code_of(run(accounts_.password_changes.set("ADA", kNew))), "ok");
  EXPECT_FALSE(is_good(session_.access_token));
  EXPECT_EQ(code_of(try_sign_in("ada", kNew)), "ok");
  EXPECT_EQ(code_of(run(accounts_.password_changes.set("nobody", kNew))), "not_found");
  EXPECT_EQ(code_of(run(accounts_.password_changes.set("ada", "short"))), "validation_failed");
}

}  // namespace
}  // namespace parley::test
