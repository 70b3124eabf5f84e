#pragma once

#include <string>

#include "core/time.h"

namespace parley {

/// What was shown to prove it: a session's access token, or a personal access token.
enum class Credential { session, access_token };

/// Who a verified token speaks for.
struct Identity {
  std::string user_id{};
  std::string username{};
  std::string session_id{};  ///< of the session, or of the personal access token
  bool is_admin = false;
  Timestamp expires_at{};  ///< when the token ends
  Credential credential = Credential::session;
};

}  // namespace parley
