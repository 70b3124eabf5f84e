#include "services/jwt.h"

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <jwt.h>
#include <memory>
#include <new>
#include <sodium.h>

namespace parley {
namespace {

constexpr const char* kIssuer = "parley";
constexpr const char* kAudience = "parley";
constexpr std::size_t kMaxAccessToken = 1024;  ///< ours have about 300

struct Free {
  void operator()(jwt_t* token) const { jwt_free(token); }
};
using Token = std::unique_ptr<jwt_t, Free>;

void require(int failure) {
  if (failure != 0) throw std::bad_alloc();  // libjwt refuses what we give it for no other reason
}

std::int64_t seconds_of(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string text_claim(jwt_t* token, const char* name) {
  const char* value = jwt_get_grant(token, name);
  return value ? value : "";
}

/// Whether the header (RFC 7515 section 4) says HS256, and nothing that one would have to understand.
bool is_hs256(std::string_view token) {
  const auto encoded = token.substr(0, token.find('.'));
  std::string header(encoded.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(header.data()), header.size(), encoded.data(), encoded.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return false;
  }
  boost::system::error_code ec;
  const auto value = boost::json::parse(std::string_view(header).substr(0, size), ec);
  if (ec || !value.is_object() || value.get_object().contains("crit")) return false;
  const auto* algorithm = value.get_object().if_contains("alg");
  return algorithm != nullptr && algorithm->is_string() && algorithm->get_string() == "HS256";
}

Error bad_access_token() {
  return refuse(Code::unauthorized, "The access token is not valid.");
}

}  // namespace

JwtSigner::JwtSigner(const SecretKeys& keys, const Clock& clock)
    : key_(keys.key(SecretKeys::Purpose::access_token)), clock_(clock) {}

std::string JwtSigner::sign(std::string_view user_id, std::string_view session_id) const {
  jwt_t* made = nullptr;
  require(jwt_new(&made));
  const Token token(made);
  const auto now = seconds_of(clock_.now());
  require(jwt_set_alg(made, JWT_ALG_HS256, key_.data(), static_cast<int>(key_.size())));
  require(jwt_add_grant(made, "iss", kIssuer));
  require(jwt_add_grant(made, "aud", kAudience));
  require(jwt_add_grant(made, "sub", std::string(user_id).c_str()));
  require(jwt_add_grant(made, "sid", std::string(session_id).c_str()));
  require(jwt_add_grant_int(made, "iat", now));
  require(jwt_add_grant_int(made, "exp", now + kLifetime.count()));
  char* text = jwt_encode_str(made);
  if (text == nullptr) throw std::bad_alloc();
  std::string encoded(text);
  std::free(text);
  return encoded;
}

Result<JwtSigner::Claims> JwtSigner::verify(const std::string& token) const {
  // The library takes the algorithm from the header; so the header is looked at first.
  if (token.size() > kMaxAccessToken || !is_hs256(token) || token.find('\0') != std::string::npos)
    return bad_access_token();
  jwt_t* read = nullptr;
  if (jwt_decode(&read, token.c_str(), key_.data(), static_cast<int>(key_.size())) != 0) return bad_access_token();
  const Token decoded(read);
  if (jwt_get_alg(read) != JWT_ALG_HS256) return bad_access_token();
  if (text_claim(read, "iss") != kIssuer || text_claim(read, "aud") != kAudience) return bad_access_token();
  const auto now = seconds_of(clock_.now());
  const std::int64_t issued = jwt_get_grant_int(read, "iat");
  const std::int64_t expires = jwt_get_grant_int(read, "exp");
  // One that would last longer than ours do was not made here; nor is any sum below out of range.
  const std::int64_t latest = now + kLifetime.count() + kLeeway.count();
  if (expires <= 0 || expires > latest || issued > now + kLeeway.count()) return bad_access_token();
  if (expires + kLeeway.count() <= now) return refuse(Code::token_expired, "The access token has ended.");
  Claims claims{text_claim(read, "sub"), text_claim(read, "sid"), Timestamp{std::chrono::seconds{expires}}};
  if (claims.user_id.empty() || claims.session_id.empty()) return bad_access_token();
  return claims;
}

}  // namespace parley
