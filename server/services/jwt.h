#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "services/secret_keys.h"

namespace parley {

/// Access tokens: JWT (RFC 7519) signed by HMAC-SHA-256 with a key from SECRET_KEY. The algorithm is pinned: a token
/// whose header says another is refused before anything else is looked at (RFC 8725 section 3.1). Io thread.
class JwtSigner {
 public:
  static constexpr std::chrono::seconds kLifetime{15 * 60};
  static constexpr std::chrono::seconds kLeeway{5};  ///< clocks of several hosts differ

  JwtSigner(const SecretKeys& keys, const Clock& clock);

  struct Claims {
    std::string user_id;     ///< sub
    std::string session_id;  ///< sid
    Timestamp expires_at{};  ///< exp
  };

  /// iss "parley", aud "parley", sub, sid, iat and exp 15 minutes on.
  std::string sign(std::string_view user_id, std::string_view session_id) const;

  /// unauthorized, or token_expired for one that was good.
  Result<Claims> verify(const std::string& token) const;

 private:
  const SecretKey key_;
  const Clock& clock_;
};

}  // namespace parley
