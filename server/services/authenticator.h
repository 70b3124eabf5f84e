#pragma once

#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/identity.h"

namespace parley {

/// Turns a bearer token (access token or personal access token) into who it speaks for. The one gate of REST
/// and WebSocket: signature, algorithm, issuer, audience, end, and whether the session still lives (known
/// everywhere within 5 s of its end, DESIGN G7) and the account is enabled. Io thread.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// unauthorized, token_expired or account_disabled where it does not hold.
  virtual Task<Result<Identity>> authenticate(std::string token) = 0;
};

}  // namespace parley
