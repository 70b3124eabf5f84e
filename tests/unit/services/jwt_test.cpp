#include "services/jwt.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <vector>

#include "support/manual_clock.h"

namespace parley {
namespace {

constexpr const char* kSecret = "a secret of the tests, with 32 or more bytes";
constexpr const char* kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string base64url(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

std::string hmac(std::string_view text, const SecretKey& key) {
  std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  return mac;
}

/// A token made by hand, as RFC 7515 section 3.1 says.
std::string forged(std::string_view header, std::string_view claims, std::string_view secret = kSecret) {
  const auto key = SecretKeys(secret).key(SecretKeys::Purpose::access_token);
  const auto signed_part = base64url(header) + "." + base64url(claims);
  return signed_part + "." + base64url(hmac(signed_part, key));
}

class Jwt : public ::testing::Test {
 protected:
  std::int64_t seconds(std::chrono::seconds from_now = {}) const { return to_millis(clock_.now() + from_now) / 1000; }

  std::string claims(std::string_view iss = "parley", std::string_view aud = "parley") const {
    return R"({"iss":")" + std::string(iss) + R"(","aud":")" + std::string(aud) +
           R"(","sub":"user","sid":"session","iat":)" + std::to_string(seconds()) + R"(,"exp":)" +
           std::to_string(seconds(std::chrono::minutes(15))) + "}";
  }

  std::string code(const std::string& token) const {
    const auto verified = signer_.verify(token);
    return verified ? "ok" : std::string(kind_of(verified.error().code).name);
  }

  test::ManualClock clock_;
  SecretKeys keys_{kSecret};
  JwtSigner signer_{keys_, clock_};
};

TEST_F(Jwt, SaysWhoAndUntilWhen) {
  const auto verified = signer_.verify(signer_.sign("user", "session"));
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->user_id, "user");
  EXPECT_EQ(verified->session_id, "session");
  EXPECT_EQ(to_millis(verified->expires_at) / 1000, seconds(std::chrono::minutes(15)));
}

TEST_F(Jwt, OneMadeElsewhereWithTheSecretIsGood) {
  EXPECT_EQ(code(forged(kHeader, claims())), "ok");
  EXPECT_EQ(code(forged(R"({"typ": "JWT", "alg": "HS256"})", claims())), "ok");
}

TEST_F(Jwt, AnotherAlgorithmIsRefusedHoweverItIsSigned) {
  ASSERT_EQ(code(forged(kHeader, claims())), "ok");
  for (const auto* header :
       {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({"alg":"hs256"})",
        R"({"alg":["HS256"]})", R"({"typ":"JWT"})", R"({"alg":"HS256","crit":["exp"]})", "[]", "HS256", ""}) {
    EXPECT_EQ(code(forged(header, claims())), "unauthorized") << header;
  }
  EXPECT_EQ(code(base64url(R"({"alg":"none","typ":"JWT"})") + "." + base64url(claims()) + "."), "unauthorized");
}

TEST_F(Jwt, AnotherSecretOrNoSignatureIsRefused) {
  EXPECT_EQ(code(forged(kHeader, claims(), "another secret of the same length as that")), "unauthorized");
  const auto good = forged(kHeader, claims());
  EXPECT_EQ(code(good.substr(0, good.rfind('.') + 1)), "unauthorized");
  EXPECT_EQ(code(good.substr(0, good.rfind('.'))), "unauthorized");
}

TEST_F(Jwt, EveryChangedCharacterIsRefused) {
  const auto good = signer_.sign("user", "session");
  // The last character of a part may hold bits that no byte of it uses, so it is left out.
  for (std::size_t i = 0; i + 1 < good.size(); ++i) {
    if (good[i] == '.' || good[i + 1] == '.') continue;
    auto changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(code(changed), "ok") << i;
  }
}

TEST_F(Jwt, IssuerAndAudienceMustBeOurs) {
  EXPECT_EQ(code(forged(kHeader, claims("someone"))), "unauthorized");
  EXPECT_EQ(code(forged(kHeader, claims("parley", "someone"))), "unauthorized");
}

TEST_F(Jwt, ClaimsThatAreMissingOrOfAnotherTypeAreRefused) {
  const auto exp = std::to_string(seconds(std::chrono::minutes(15)));
  for (const auto& body :
       std::vector<std::string>{R"({"iss":"parley","aud":"parley","sub":"u","sid":"s"})",
                                R"({"iss":"parley","aud":"parley","sid":"s","exp":)" + exp + "}",
                                R"({"iss":"parley","aud":"parley","sub":"u","exp":)" + exp + "}",
                                R"({"iss":"parley","aud":"parley","sub":7,"sid":"s","exp":)" + exp + "}",
                                R"({"aud":"parley","sub":"u","sid":"s","exp":)" + exp + "}", "[]", "null", "{", ""}) {
    EXPECT_EQ(code(forged(kHeader, body)), "unauthorized") << body;
  }
}

TEST_F(Jwt, EndsAfterAQuarterOfAnHourAndALittleLeeway) {
  const auto token = signer_.sign("user", "session");
  clock_.advance(JwtSigner::kLifetime + std::chrono::seconds(4));
  EXPECT_EQ(code(token), "ok");
  clock_.advance(std::chrono::seconds(2));
  EXPECT_EQ(code(token), "token_expired");
}

TEST_F(Jwt, OneFromTheFutureIsRefusedBeyondTheLeeway) {
  const auto token = signer_.sign("user", "session");
  clock_.advance(-std::chrono::seconds(4));
  EXPECT_EQ(code(token), "ok");
  clock_.advance(-std::chrono::seconds(4));
  EXPECT_EQ(code(token), "unauthorized");
}

TEST_F(Jwt, OneThatLastsLongerThanOursIsRefused) {
  const auto lasting = [&](std::string exp) {
    return forged(kHeader, R"({"iss":"parley","aud":"parley","sub":"u","sid":"s","exp":)" + exp + "}");
  };
  EXPECT_EQ(code(lasting(std::to_string(seconds(std::chrono::minutes(15))))), "ok");
  EXPECT_EQ(code(lasting(std::to_string(seconds(std::chrono::minutes(16))))), "unauthorized");
  EXPECT_EQ(code(lasting("9223372036854775807")), "unauthorized");
  EXPECT_EQ(code(lasting("-5")), "unauthorized");
}

TEST_F(Jwt, NonsenseIsRefused) {
  for (const auto& text : std::vector<std::string>{"", ".", "..", "...", "a.b.c", std::string(5000, 'x'),
                                                   std::string("a\0b", 3), "\xff\xfe"}) {
    EXPECT_EQ(code(text), "unauthorized");
  }
}

}  // namespace
}  // namespace parley
