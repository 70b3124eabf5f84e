#include "services/user_directory.h"

#include "core/ids.h"
#include "support/account_world.h"

namespace parley::test {
namespace {

using Standing = UserDirectory::Standing;

class UserDirectoryTest : public AccountWorld {
 protected:
  UserDirectoryTest() {
    admin_ = sign_up("admin");
    ada_ = sign_up("Ada");
    session_ = sign_in("ada");
  }

  Result<User> set_standing(Standing standing) {
    return run(accounts_.directory.set_standing(admin_.id, ada_.id, standing));
  }

  User admin_;
  User ada_;
  SignIn::SignedIn session_;
};

TEST_F(UserDirectoryTest, ANewDisplayNameIsCleanedKeptAndHinted) {
  const auto identity = identity_of(session_.access_token);
  const auto user = run(accounts_.directory.set_display_name(identity, "  Countess "));
  ASSERT_TRUE(user);
  EXPECT_EQ(user->display_name, "Countess");
  EXPECT_EQ(heard_, std::vector<std::string>{"profile_changed " + ada_.id});
  EXPECT_EQ(run(accounts_.directory.find(ada_.id))->display_name, "Countess");
}

TEST_F(UserDirectoryTest, ABadDisplayNameChangesNothing) {
  const auto identity = identity_of(session_.access_token);
  EXPECT_EQ(run(accounts_.directory.set_display_name(identity, "\u202e")).error().field, "display_name");
  EXPECT_EQ(run(accounts_.directory.find(ada_.id))->display_name, "Ada");
  EXPECT_TRUE(heard_.empty());
}

TEST_F(UserDirectoryTest, ASearchFindsPartOfEitherNameAsFolded) {
  const auto identity = identity_of(session_.access_token);
  ASSERT_TRUE(run(accounts_.directory.set_display_name(identity, "Stra\u00dfe")));
  const auto found = [&](std::string query) { return run(accounts_.directory.list(query, "", 10))->items.size(); };
  EXPECT_EQ(found("STRASSE"), 1u);
  EXPECT_EQ(found("aD"), 2u);
  EXPECT_EQ(found("nobody"), 0u);
}

TEST_F(UserDirectoryTest, DisablingEndsEverythingAndSaysWhy) {
  const auto identity = identity_of(session_.access_token);
  const auto bot = run(accounts_.sessions.create_access_token(identity, "bot", std::nullopt)).value();
  const auto user = set_standing(Standing::disabled);
  ASSERT_TRUE(user);
  EXPECT_TRUE(user->disabled);
  EXPECT_FALSE(is_good(session_.access_token));
  EXPECT_FALSE(is_good(bot.text));
  EXPECT_EQ(heard_, (std::vector<std::string>{"disabled, session_ended Ada " + session_.session_id,
                                              "disabled, session_ended Ada " + bot.token.id}));
}

TEST_F(UserDirectoryTest, EnablingLetsSignInAgainButRevivesNothing) {
  set_standing(Standing::disabled);
  ASSERT_EQ(code_of(try_sign_in("ada")), "account_disabled");
  const auto user = set_standing(Standing::enabled);
  EXPECT_FALSE(user->disabled);
  EXPECT_FALSE(is_good(session_.access_token));
  EXPECT_EQ(code_of(run(accounts_.sign_in.refresh(session_.refresh_token))), "unauthorized");
  EXPECT_EQ(code_of(try_sign_in("ada")), "ok");
}

TEST_F(UserDirectoryTest, NobodyDisablesThemselvesOrSomebodyUnknown) {
  EXPECT_EQ(code_of(run(accounts_.directory.set_standing(ada_.id, ada_.id, Standing::disabled))), "conflict");
  EXPECT_TRUE(is_good(session_.access_token));
  EXPECT_EQ(code_of(run(accounts_.directory.set_standing(ada_.id, new_id(), Standing::disabled))), "not_found");
}

TEST_F(UserDirectoryTest, AResetLinkNeedsAKnownUser) {
  EXPECT_EQ(code_of(run(accounts_.directory.create_password_reset(admin_.id, new_id()))), "not_found");
  const auto link = run(accounts_.directory.create_password_reset(admin_.id, ada_.id));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->invite.created_by, admin_.id);
  EXPECT_EQ(link->invite.max_uses, 1u);
}

}  // namespace
}  // namespace parley::test
