#include "services/refresh_tokens.h"

#include <gtest/gtest.h>

#include "core/ids.h"

namespace parley {
namespace {

class RefreshTokensTest : public ::testing::Test {
 protected:
  SecretKeys keys_{"a secret of the tests, with 32 or more bytes"};
  RefreshTokens tokens_{keys_};
  std::string session_ = new_id();
};

TEST_F(RefreshTokensTest, SaySessionAndGeneration) {
  const auto parts = tokens_.read(tokens_.make(session_, 18446744073709551615u));
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->session_id, session_);
  EXPECT_EQ(parts->generation, 18446744073709551615u);
}

TEST_F(RefreshTokensTest, AreTheSameWheneverMade) {
  EXPECT_EQ(tokens_.make(session_, 7), RefreshTokens(keys_).make(session_, 7));
}

TEST_F(RefreshTokensTest, EveryChangeIsRefused) {
  const auto good = tokens_.make(session_, 12);
  ASSERT_TRUE(tokens_.read(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(tokens_.read(changed)) << i;
    EXPECT_FALSE(tokens_.read(good.substr(0, i)));
  }
  EXPECT_FALSE(tokens_.read(good + "A"));
}

TEST_F(RefreshTokensTest, OtherSpellingsOfTheGenerationAreRefused) {
  const auto good = tokens_.make(session_, 1);
  const auto mac = good.substr(good.rfind('.'));
  for (const auto* spelling : {"01", "+1", " 1", "1 ", "-1", "0x1", "", "99999999999999999999"}) {
    EXPECT_FALSE(tokens_.read(session_ + "." + spelling + mac)) << spelling;
  }
}

TEST_F(RefreshTokensTest, OfAnotherSecretAreRefused) {
  EXPECT_FALSE(RefreshTokens(SecretKeys("another secret")).read(tokens_.make(session_, 1)));
}

}  // namespace
}  // namespace parley
