#include "services/secret_token.h"

#include <gtest/gtest.h>

#include "core/ids.h"

namespace parley {
namespace {

TEST(SecretToken, IsFoundByItsIdAndMatchesItsHash) {
  const auto id = new_id();
  const auto secret = make_secret_token("ply_", id, 32);
  EXPECT_EQ(id_in_token("ply_", secret.text), id);
  EXPECT_TRUE(matches_token(secret.text, secret.hash));
}

TEST(SecretToken, DoesNotStandInItsHash) {
  const auto secret = make_secret_token("ply_", new_id(), 32);
  EXPECT_EQ(secret.hash.size(), 64u);
  EXPECT_EQ(secret.hash.find(secret.text.substr(30, 12)), std::string::npos);
}

TEST(SecretToken, NoOtherTextMatches) {
  const auto secret = make_secret_token("", new_id(), 16);
  auto other = secret.text;
  other.back() = other.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(matches_token(other, secret.hash));
  EXPECT_FALSE(matches_token(secret.text + "A", secret.hash));
  EXPECT_FALSE(matches_token(secret.text, ""));
}

TEST(SecretToken, TextsOfAnotherFormHaveNoId) {
  const auto id = new_id();
  EXPECT_FALSE(id_in_token("ply_", id + "secret"));
  EXPECT_FALSE(id_in_token("", id));
  EXPECT_FALSE(id_in_token("", "too short"));
  EXPECT_FALSE(id_in_token("", std::string(40, '!')));
  EXPECT_FALSE(id_in_token("", id + std::string(200, 'x')));
}

}  // namespace
}  // namespace parley
