#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/secret_keys.h"

namespace parley {

/// Refresh tokens: `<session id>.<generation>.<HMAC of both>`. Nothing of them is stored: any instance makes the
/// token of a generation again, which is how a lost reply is answered a second time with the same token.
class RefreshTokens {
 public:
  explicit RefreshTokens(const SecretKeys& keys);

  struct Parts {
    std::string session_id;
    std::uint64_t generation = 0;
  };

  std::string make(std::string_view session_id, std::uint64_t generation) const;

  /// What a genuine token says; nothing for any other text.
  std::optional<Parts> read(std::string_view token) const;

 private:
  const SecretKey key_;
};

}  // namespace parley
