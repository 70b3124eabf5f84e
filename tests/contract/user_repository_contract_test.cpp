#include <algorithm>
#include <atomic>
#include <thread>

#include "contract/stores.h"
#include "support/account_samples.h"

namespace parley::test {
namespace {

using Created = UserRepository::Created;

class UserRepositoryContract : public StoreTest {
 protected:
  UserRepository& users() { return store().users(); }

  User add(std::string username) {
    auto user = sample_user(std::move(username));
    EXPECT_EQ(users().create(user), Created::created);
    return user;
  }
};

TEST_P(UserRepositoryContract, AnAccountIsReadAsItWasMade) {
  auto user = sample_user("Ada.L");
  user.is_admin = true;
  user.disabled = true;
  ASSERT_EQ(users().create(user), Created::created);
  const auto found = users().find(user.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->username, "Ada.L");
  EXPECT_EQ(found->display_name, user.display_name);
  EXPECT_EQ(found->folded_display_name, user.folded_display_name);
  EXPECT_EQ(found->password_hash, user.password_hash);
  EXPECT_EQ(found->created_at, kNoon);
  EXPECT_TRUE(found->is_admin);
  EXPECT_TRUE(found->disabled);
}

TEST_P(UserRepositoryContract, AnUnknownAccountIsNotFound) {
  EXPECT_FALSE(users().find(new_id()));
  EXPECT_FALSE(users().find_by_username("nobody"));
}

TEST_P(UserRepositoryContract, AUsernameIsTakenWithoutRegardToCase) {
  const auto ada = add("Ada");
  EXPECT_EQ(users().create(sample_user("aDA")), Created::username_taken);
  EXPECT_EQ(users().find_by_username("ADA")->id, ada.id);
}

TEST_P(UserRepositoryContract, OfManyWhoWantAUsernameAtOnceOneGetsIt) {
  std::atomic<int> created = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { created += users().create(sample_user("Ada")) == Created::created ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, 1);
}

TEST_P(UserRepositoryContract, ANewStoreIsNotSetUpUntilItHasAFirstAccount) {
  EXPECT_FALSE(users().is_set_up());
  ASSERT_EQ(users().create_first(sample_user("ada")), Created::created);
  EXPECT_TRUE(users().is_set_up());
}

TEST_P(UserRepositoryContract, ThereIsOneFirstAccount) {
  ASSERT_EQ(users().create_first(sample_user("ada")), Created::created);
  EXPECT_EQ(users().create_first(sample_user("eve")), Created::not_first);
  EXPECT_FALSE(users().find_by_username("eve"));
}

TEST_P(UserRepositoryContract, OfManyWhoWantToBeFirstAtOnceOneIs) {
  std::atomic<int> created = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      created += users().create_first(sample_user("user" + std::to_string(i))) == Created::created ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(users().list("", "", 100).items.size(), 1u);
}

TEST_P(UserRepositoryContract, ThoseThatExistAreFoundTogether) {
  const auto ada = add("ada");
  const auto bob = add("bob");
  const std::vector<std::string> ids{ada.id, new_id(), bob.id};
  auto found = users().find_all(ids);
  ASSERT_EQ(found.size(), 2u);
  std::sort(found.begin(), found.end(), [](const User& a, const User& b) { return a.username < b.username; });
  EXPECT_EQ(found[0].id, ada.id);
  EXPECT_EQ(found[1].id, bob.id);
}

TEST_P(UserRepositoryContract, AllAccountsComePageByPageByUsername) {
  for (const auto* name : {"dan", "Bob", "ada", "Cleo", "eve"}) add(name);
  std::vector<std::string> names;
  std::string cursor;
  do {
    const auto page = users().list("", cursor, 2);
    EXPECT_LE(page.items.size(), 2u);
    for (const auto& user : page.items) names.push_back(user.username);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(names, (std::vector<std::string>{"ada", "Bob", "Cleo", "dan", "eve"}));
}

TEST_P(UserRepositoryContract, AFullLastPageHasNoCursor) {
  add("ada");
  add("bob");
  EXPECT_EQ(users().list("", "", 2).next_cursor, "");
}

TEST_P(UserRepositoryContract, AQueryFindsPartOfUsernameOrDisplayName) {
  add("ada");
  auto bob = sample_user("bob");
  bob.folded_display_name = "adam sandler";
  ASSERT_EQ(users().create(bob), Created::created);
  add("carl");
  const auto page = users().list("ada", "", 10);
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[0].username, "ada");
  EXPECT_EQ(page.items[1].username, "bob");
}

TEST_P(UserRepositoryContract, AQueryIsPlainTextAndNoPattern) {
  add("ada");
  EXPECT_TRUE(users().list("%", "", 10).items.empty());
  EXPECT_TRUE(users().list("a_a", "", 10).items.empty());
}

TEST_P(UserRepositoryContract, ANewDisplayNameIsKeptAndSearched) {
  const auto ada = add("ada");
  users().set_display_name(ada.id, "Countess", "countess");
  EXPECT_EQ(users().find(ada.id)->display_name, "Countess");
  EXPECT_EQ(users().list("countess", "", 10).items.size(), 1u);
}

TEST_P(UserRepositoryContract, AnAccountIsDisabledAndEnabled) {
  const auto ada = add("ada");
  users().set_disabled(ada.id, true);
  EXPECT_TRUE(users().find(ada.id)->disabled);
  users().set_disabled(ada.id, false);
  EXPECT_FALSE(users().find(ada.id)->disabled);
}

TEST_P(UserRepositoryContract, AHashIsReplacedOnlyWhereItStillIsTheExpectedOne) {
  const auto ada = add("ada");
  EXPECT_TRUE(users().replace_password_hash(ada.id, ada.password_hash, "second"));
  EXPECT_EQ(users().find(ada.id)->password_hash, "second");
  users().set_password_hash(ada.id, "of another password");
  EXPECT_FALSE(users().replace_password_hash(ada.id, "second", "third"));
  EXPECT_EQ(users().find(ada.id)->password_hash, "of another password");
  EXPECT_FALSE(users().replace_password_hash(new_id(), "second", "third"));
}

TEST_P(UserRepositoryContract, OneUsersHashIsReplacedAndNoOther) {
  const auto ada = add("ada");
  const auto bob = add("bob");
  users().set_password_hash(bob.id, ada.password_hash);
  EXPECT_TRUE(users().replace_password_hash(ada.id, ada.password_hash, "second"));
  EXPECT_EQ(users().find(bob.id)->password_hash, ada.password_hash);
}

PARLEY_ON_EVERY_STORE(UserRepositoryContract);

}  // namespace
}  // namespace parley::test
