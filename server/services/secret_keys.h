#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace parley {

using SecretKey = std::array<unsigned char, 32>;

/// Keys from SECRET_KEY, the same on every instance with the same secret. Access tokens are signed with the secret
/// itself, so that any JWT library can check them; for every other purpose a key of its own is derived, so that what
/// one of them signs means nothing to the others. Any thread.
class SecretKeys {
 public:
  enum class Purpose : std::uint64_t { refresh_token = 1, setup_code = 2 };

  explicit SecretKeys(std::string secret);

  const std::string& secret() const { return secret_; }
  SecretKey key(Purpose purpose) const;

 private:
  const std::string secret_;
  SecretKey root_{};
};

}  // namespace parley
