#include "services/sign_up.h"

#include "support/account_world.h"
#include "support/interrupted_users.h"

namespace parley::test {
namespace {

SignUp::Application application(std::string username) {
  SignUp::Application form;
  form.username = std::move(username);
  form.password = kPassword;
  form.address = "192.0.2.1";
  return form;
}

class SignUpWorld : public AccountWorld {
 protected:
  using AccountWorld::AccountWorld;

  Result<User> apply(SignUp::Application form) { return run(accounts_.sign_up.sign_up(std::move(form))); }
  Result<User> apply(std::string username) { return apply(application(std::move(username))); }

  NewInvite invite(Invites::Terms terms = {}) { return run(accounts_.invites.create(std::move(terms))).value(); }

  Result<User> apply_with(std::string username, std::string token) {
    auto form = application(std::move(username));
    form.invite = std::move(token);
    return apply(std::move(form));
  }
};

class OpenServer : public SignUpWorld {};

TEST_F(OpenServer, TheFirstAccountIsTheAdminAndNoOther) {
  EXPECT_TRUE(run(accounts_.sign_up.status(Caller::this_machine)).setup_required);
  const auto first = apply("ada");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_admin);
  EXPECT_FALSE(run(accounts_.sign_up.status(Caller::this_machine)).setup_required);
  EXPECT_FALSE(apply("bob")->is_admin);
  EXPECT_TRUE(store_.users().find(first->id)->is_admin);
}

TEST_F(OpenServer, WhoeverRegistersCanSignIn) {
  ASSERT_TRUE(apply("ada"));
  EXPECT_TRUE(try_sign_in("ADA"));
}

TEST_F(OpenServer, OfTwoInstancesOnlyOneMakesTheFirstAdmin) {
  const auto other = another_instance();
  ASSERT_TRUE(run(other->accounts.sign_up.status(Caller::this_machine)).setup_required);
  EXPECT_TRUE(apply("ada")->is_admin);
  EXPECT_FALSE(run(other->accounts.sign_up.sign_up(application("bob")))->is_admin);
}

TEST_F(OpenServer, AUsernameIsTakenWhateverItsCase) {
  ASSERT_TRUE(apply("ada"));
  const auto refused = apply("aDA");
  EXPECT_EQ(code_of(refused), "username_taken");
  EXPECT_EQ(refused.error().field, "username");
}

TEST_F(OpenServer, FieldsAreCheckedAndNothingIsMade) {
  auto form = application("a b");
  EXPECT_EQ(apply(form).error().field, "username");
  form = application("ada");
  form.password = "short";
  EXPECT_EQ(apply(form).error().field, "password");
  form = application("ada");
  form.display_name = "\u202e";
  EXPECT_EQ(apply(form).error().field, "display_name");
  EXPECT_FALSE(store_.users().is_set_up());
  EXPECT_FALSE(store_.users().find_by_username("ada"));
}

TEST_F(OpenServer, WithoutADisplayNameTheUsernameStandsIn) {
  EXPECT_EQ(apply("Ada")->display_name, "Ada");
  auto form = application("bob");
  form.display_name = " Bob B. ";
  EXPECT_EQ(apply(form)->display_name, "Bob B.");
}

TEST_F(OpenServer, RegistrationsAreLimitedByAddress) {
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(apply("user" + std::to_string(i)));
  EXPECT_EQ(code_of(apply("one-more")), "rate_limited");
  auto elsewhere = application("one-more");
  elsewhere.address = "192.0.2.2";
  EXPECT_EQ(code_of(apply(elsewhere)), "ok");
}

TEST_F(OpenServer, TheOperatorIsNotLimitedAndMakesAdmins) {
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(run(accounts_.sign_up.create(application("user" + std::to_string(i)), SignUp::Power::member)));
  }
  EXPECT_TRUE(store_.users().find_by_username("user0")->is_admin);
  EXPECT_FALSE(store_.users().find_by_username("user1")->is_admin);
  EXPECT_TRUE(run(accounts_.sign_up.create(application("boss"), SignUp::Power::admin))->is_admin);
}

TEST_F(OpenServer, ADeadInviteIsRefusedThoughNoneIsNeeded) {
  ASSERT_TRUE(apply("ada"));
  EXPECT_EQ(code_of(apply_with("bob", "nonsense")), "invite_invalid");
}

TEST_F(OpenServer, AnInviteThatLeadsIntoARoomDoes) {
  ASSERT_TRUE(apply("ada"));
  Invites::Terms terms;
  terms.room_id = "the-room";
  ASSERT_TRUE(apply_with("bob", invite(terms).token));
  EXPECT_EQ(heard_, std::vector<std::string>{"invited bob the-room"});
}

class ClosedServer : public SignUpWorld {
 protected:
  ClosedServer() : SignUpWorld({Registration::closed, std::nullopt}) {}
};

TEST_F(ClosedServer, TakesNobodyButItsFirstAccountAndTheOperators) {
  ASSERT_TRUE(apply("ada"));
  EXPECT_EQ(code_of(apply("bob")), "registration_closed");
  EXPECT_EQ(code_of(apply_with("bob", invite().token)), "registration_closed");
  EXPECT_TRUE(run(accounts_.sign_up.create(application("bob"), SignUp::Power::member)));
}

class InviteServer : public SignUpWorld {
 protected:
  InviteServer() : SignUpWorld({Registration::invite, std::nullopt}) { admin_ = *apply("admin"); }

  User admin_;
};

TEST_F(InviteServer, TakesThoseWithAnInviteAsOftenAsItMayBeUsed) {
  EXPECT_EQ(code_of(apply("bob")), "invite_required");
  Invites::Terms terms;
  terms.max_uses = 2;
  const auto made = invite(terms);
  EXPECT_EQ(code_of(apply_with("bob", made.token)), "ok");
  EXPECT_EQ(code_of(apply_with("cleo", made.token)), "ok");
  EXPECT_EQ(code_of(apply_with("dan", made.token)), "invite_invalid");
  EXPECT_EQ(store_.invites().find(made.invite.id)->uses, 2u);
}

TEST_F(InviteServer, ARefusedRegistrationUsesNoneUp) {
  Invites::Terms terms;
  terms.max_uses = 1;
  const auto made = invite(terms);
  EXPECT_EQ(code_of(apply_with("ADMIN", made.token)), "username_taken");
  auto form = application("bob");
  form.invite = made.token;
  form.password = "short";
  EXPECT_EQ(code_of(apply(form)), "validation_failed");
  EXPECT_EQ(code_of(apply_with("bob", made.token)), "ok");
}

TEST_F(InviteServer, OnlyAnAccountThatSurelyWasNotMadeGivesItsUseBack) {
  const auto made = invite();
  const auto uses_after_failure = [&](std::function<void()> meanwhile) {
    InterruptedUsers users(store_.users(), std::move(meanwhile));
    SignUp failing({users, store_.sessions(), store_.access_tokens(), store_.invites(), pool_, clock_},
                   accounts_.passwords, accounts_.invites, instance_.rate_limits, policy_, accounts_.events);
    auto form = application("bob");
    form.invite = made.token;
    EXPECT_ANY_THROW(run(failing.sign_up(std::move(form))));
    return store_.invites().find(made.invite.id)->uses;
  };
  EXPECT_EQ(uses_after_failure([] { throw StoreUnavailable("a full disk"); }), 0u);
  EXPECT_EQ(uses_after_failure([] { throw OutcomeUnknown("no reply"); }), 1u);
}

TEST_F(InviteServer, ExpiredWithdrawnOrOtherInvitesAreRefused) {
  Invites::Terms brief;
  brief.lifetime = std::chrono::hours(1);
  const auto expired = invite(brief);
  ASSERT_EQ(code_of(apply_with("early", expired.token)), "ok");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(code_of(apply_with("late", expired.token)), "invite_invalid");
  const auto withdrawn = invite();
  ASSERT_TRUE(run(accounts_.invites.withdraw(InviteKind::server, "", withdrawn.invite.id)));
  EXPECT_EQ(code_of(apply_with("bob", withdrawn.token)), "invite_invalid");
  Invites::Terms room;
  room.kind = InviteKind::room;
  room.room_id = "room";
  EXPECT_EQ(code_of(apply_with("bob", invite(room).token)), "invite_invalid");
  EXPECT_EQ(code_of(apply_with("bob", run(accounts_.directory.create_password_reset("", admin_.id))->token)),
            "invite_invalid");
}

class ReachableServer : public SignUpWorld {
 protected:
  ReachableServer() : SignUpWorld({Registration::closed, "abcde-fghjk-mnpqr-stuvw"}) {}

  Result<User> apply_with_code(std::string code) {
    auto form = application("ada");
    form.setup_code = std::move(code);
    return apply(std::move(form));
  }
};

TEST_F(ReachableServer, NeedsTheSetUpCodeForTheFirstAccount) {
  EXPECT_TRUE(run(accounts_.sign_up.status(Caller::this_machine)).setup_code_required);
  EXPECT_EQ(code_of(apply("ada")), "setup_code_required");
  EXPECT_EQ(code_of(apply_with_code("abcde-fghjk-mnpqr-stuvx")), "setup_code_required");
  EXPECT_EQ(code_of(apply_with_code("")), "setup_code_required");
  const auto first = apply_with_code("abcde-fghjk-mnpqr-stuvw");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_admin);
  EXPECT_FALSE(run(accounts_.sign_up.status(Caller::this_machine)).setup_code_required);
}

TEST_F(ReachableServer, NeedsTheCodeOnItsOwnMachineToo) {
  auto form = application("ada");
  form.caller = Caller::this_machine;
  EXPECT_EQ(code_of(apply(std::move(form))), "setup_code_required");
}

TEST_F(ReachableServer, TheCodeMayBeTypedAsPeopleDo) {
  EXPECT_EQ(code_of(apply_with_code(" ABCDE fghjk MNPQR stuvw")), "ok");
}

TEST_F(ReachableServer, TheOperatorNeedsNoCode) {
  EXPECT_TRUE(run(accounts_.sign_up.create(application("ada"), SignUp::Power::member))->is_admin);
  EXPECT_EQ(code_of(apply_with_code("abcde-fghjk-mnpqr-stuvw")), "registration_closed");
}

class LoopbackServer : public SignUpWorld {
 protected:
  LoopbackServer() : SignUpWorld({Registration::open, "abcde-fghjk-mnpqr-stuvw", SignUp::CodeFor::elsewhere}) {}

  Result<User> apply_from(Caller caller) {
    auto form = application("ada");
    form.caller = caller;
    return apply(std::move(form));
  }
};

TEST_F(LoopbackServer, NeedsTheCodeFromElsewhereOnly) {
  EXPECT_TRUE(run(accounts_.sign_up.status(Caller::elsewhere)).setup_code_required);
  EXPECT_EQ(code_of(apply_from(Caller::elsewhere)), "setup_code_required");
  EXPECT_FALSE(run(accounts_.sign_up.status(Caller::this_machine)).setup_code_required);
  EXPECT_TRUE(apply_from(Caller::this_machine)->is_admin);
}

TEST(SetupCode, IsTheSameForTheSameSecretAndNoOther) {
  const SecretKeys keys("one secret");
  EXPECT_EQ(setup_code(keys), setup_code(SecretKeys("one secret")));
  EXPECT_NE(setup_code(keys), setup_code(SecretKeys("another secret")));
  EXPECT_EQ(setup_code(keys).size(), 23u);
}

}  // namespace
}  // namespace parley::test
