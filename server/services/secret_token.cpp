#include "services/secret_token.h"

#include <array>
#include <sodium.h>

#include "core/ids.h"

namespace parley {
namespace {

constexpr std::size_t kMaxSecretToken = 128;

std::string hash_of(std::string_view text) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();  // the terminating zero that libsodium writes
  return hex;
}

}  // namespace

SecretToken make_secret_token(std::string_view prefix, std::string_view id, std::size_t random_bytes) {
  auto text = std::string(prefix).append(id).append(random_token(random_bytes));
  auto hash = hash_of(text);
  return {std::move(text), std::move(hash)};
}

std::optional<std::string> id_in_token(std::string_view prefix, std::string_view text) {
  if (text.size() > kMaxSecretToken || !text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  if (text.size() <= kIdLength || !is_id(text.substr(0, kIdLength))) return std::nullopt;
  return std::string(text.substr(0, kIdLength));
}

bool matches_token(std::string_view text, std::string_view hash) {
  return equal_secrets(hash_of(text), hash);
}

bool equal_secrets(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace parley
