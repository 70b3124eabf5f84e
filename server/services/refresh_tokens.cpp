#include "services/refresh_tokens.h"

#include <array>
#include <charconv>
#include <sodium.h>

#include "core/ids.h"
#include "services/secret_token.h"

namespace parley {
namespace {

std::string base64url(const unsigned char* bytes, std::size_t size) {
  std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating zero that libsodium writes
  return text;
}

std::optional<std::uint64_t> read_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

RefreshTokens::RefreshTokens(const SecretKeys& keys) : key_(keys.key(SecretKeys::Purpose::refresh_token)) {}

std::string RefreshTokens::make(std::string_view session_id, std::uint64_t generation) const {
  auto text = std::string(session_id).append(".").append(std::to_string(generation));
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  static_assert(crypto_auth_hmacsha256_KEYBYTES == std::tuple_size_v<SecretKey>);
  crypto_auth_hmacsha256(mac.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key_.data());
  return text.append(".").append(base64url(mac.data(), mac.size()));
}

std::optional<RefreshTokens::Parts> RefreshTokens::read(std::string_view token) const {
  const auto first = token.find('.');
  const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto session_id = token.substr(0, first);
  const auto generation = read_number(token.substr(first + 1, second - first - 1));
  if (!is_id(session_id) || !generation) return std::nullopt;
  // Made again rather than taken apart: every other spelling of the same token is refused with it.
  if (!equal_secrets(make(session_id, *generation), token)) return std::nullopt;
  return Parts{std::string(session_id), *generation};
}

}  // namespace parley
