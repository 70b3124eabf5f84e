#include "services/passwords.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

#include "core/embedded.h"
#include "support/repeated.h"
#include "support/run_task.h"

namespace parley {
namespace {

using test::repeated;

constexpr PasswordCost kCheap{1, 8192};

std::string checked(std::string_view password, std::string_view username = "ada") {
  const auto ok = Passwords::check("password", password, username);
  return ok ? "ok" : ok.error().message;
}

TEST(PasswordRules, LengthIsCountedInCharacters) {
  EXPECT_NE(checked("x7-k9.z"), "ok");
  EXPECT_EQ(checked("x7-k9.zq"), "ok");
  EXPECT_NE(checked(repeated("\u00fc", 7)), "ok");
  EXPECT_EQ(checked(repeated("\u00fc", 128)), "ok");
  EXPECT_NE(checked(repeated("\u00fc", 129)), "ok");
}

TEST(PasswordRules, TheUsernameIsNoPassword) {
  EXPECT_NE(checked("Lovelace1815", "lovelace1815"), "ok");
  EXPECT_EQ(checked("Lovelace1815!", "lovelace1815"), "ok");
}

TEST(PasswordRules, EveryCommonPasswordIsRefusedWhateverItsCase) {
  auto list = embedded::common_passwords();
  if (list.empty()) GTEST_SKIP() << "built without the list; tools/setup assets installs it";
  std::size_t refused = 0;
  while (!list.empty()) {
    std::string password(list.substr(0, list.find('\n')));
    list.remove_prefix(password.size() + 1);
    if (password.size() < 8) continue;
    EXPECT_NE(checked(password), "ok") << password;
    password.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(password.front())));
    EXPECT_NE(checked(password), "ok") << password;
    ++refused;
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_EQ(checked("password of nobody"), "ok");
}

TEST(PasswordRules, ABrokenTextIsRefused) {
  EXPECT_NE(checked("abcdefg\xff"), "ok");
  EXPECT_NE(checked(std::string_view("abcd\0efgh", 9)), "ok");
}

class PasswordHashes : public ::testing::Test {
 protected:
  using Verdict = Passwords::Verdict;

  std::string hash(std::string password) { return test::run_task(io_, passwords_.hash(std::move(password))); }
  Verdict verify(std::string password, std::optional<std::string> against) {
    return test::run_task(io_, passwords_.verify(std::move(password), std::move(against)));
  }

  asio::io_context io_;
  WorkerPool pool_{"hashing", 1, 16};
  Passwords passwords_{pool_, kCheap};
};

TEST_F(PasswordHashes, TheRightPasswordIsRightAndNoOther) {
  const auto kept = hash("correct horse battery");
  EXPECT_EQ(verify("correct horse battery", kept), Verdict::right);
  EXPECT_EQ(verify("correct horse batterz", kept), Verdict::wrong);
  EXPECT_EQ(verify("Correct horse battery", kept), Verdict::wrong);
  EXPECT_EQ(verify("", kept), Verdict::wrong);
}

TEST_F(PasswordHashes, EqualPasswordsHaveDifferentHashesOfArgon2id) {
  const auto first = hash("correct horse battery");
  EXPECT_TRUE(first.starts_with("$argon2id$"));
  EXPECT_NE(first, hash("correct horse battery"));
  EXPECT_EQ(first.find("correct"), std::string::npos);
}

TEST_F(PasswordHashes, HowAnAccentWasTypedDoesNotMatter) {
  EXPECT_EQ(verify("passe\u0301 simple", hash("pass\u00e9 simple")), Verdict::right);
}

TEST_F(PasswordHashes, WithoutAUserEveryPasswordIsWrong) {
  EXPECT_EQ(verify("anything", std::nullopt), Verdict::wrong);
}

TEST_F(PasswordHashes, AHashOfAnotherCostIsRightButWeak) {
  Passwords stronger(pool_, {2, 16384});
  const auto weak = hash("correct horse battery");
  EXPECT_EQ(test::run_task(io_, stronger.verify("correct horse battery", weak)), Verdict::right_but_weak);
  EXPECT_EQ(test::run_task(io_, stronger.verify("wrong", weak)), Verdict::wrong);
}

TEST_F(PasswordHashes, TheDefaultCostIsTwoPassesOver19MiB) {
  Passwords real(pool_);
  const auto kept = test::run_task(io_, real.hash("correct horse battery"));
  EXPECT_NE(kept.find("m=19456,t=2,p=1"), std::string::npos) << kept;
}

TEST_F(PasswordHashes, AFullQueueIsBusy) {
  WorkerPool small("hashing", 1, 1);
  std::mutex gate;
  gate.lock();
  ASSERT_TRUE(small.try_post([&] { const std::lock_guard wait(gate); }));
  while (small.queued() != 0) std::this_thread::yield();
  ASSERT_TRUE(small.try_post([] {}));
  Passwords passwords(small, kCheap);
  EXPECT_THROW(test::run_task(io_, passwords.hash("correct horse battery")), Busy);
  gate.unlock();
}

}  // namespace
}  // namespace parley
