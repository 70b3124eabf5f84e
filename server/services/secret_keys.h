#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace parley {

using SecretKey = std::array<unsigned char, 32>;

/// Keys derived from SECRET_KEY, an independent one for each purpose, so that what one of them signs means nothing to
/// the others. The same on every instance with the same secret: the secret's BLAKE2b-256, then libsodium's crypto_kdf
/// with the purpose's number and the context "parley_1". Any thread.
class SecretKeys {
 public:
  enum class Purpose : std::uint64_t { access_token = 1, refresh_token = 2, setup_code = 3, shared_failures = 4 };

  explicit SecretKeys(std::string_view secret);

  SecretKey key(Purpose purpose) const;

 private:
  SecretKey root_{};
};

}  // namespace parley
