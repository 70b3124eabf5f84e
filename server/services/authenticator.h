#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/recent_keys.h"
#include "core/result.h"
#include "core/task.h"
#include "models/identity.h"
#include "services/account_context.h"
#include "services/jwt.h"

namespace parley {

/// Turns a bearer token (access token or personal access token) into who it speaks for. The one gate of REST
/// and WebSocket: signature, algorithm, issuer, audience, end, and whether the session still lives and the account
/// is enabled. What the store said is believed for 4 s, so that a session that was ended anywhere is dead here
/// within 5 s (DESIGN G7); what ended here is forgotten at once. Io thread.
class Authenticator {
 public:
  static constexpr std::chrono::seconds kBelieved{4};

  Authenticator(AccountContext context, const JwtSigner& jwt);

  /// Whether the store may be asked for a token that anybody can have made up; or why not.
  using MayAsk = std::function<Result<void>()>;

  /// unauthorized, token_expired or account_disabled where it does not hold. A personal access token that is not
  /// remembered is looked up if `may_ask` agrees; a session's token shows by its signature that it is ours.
  Task<Result<Identity>> authenticate(std::string token, MayAsk may_ask = {});

  /// Whether who was authenticated may stay, by the store and nothing that is remembered. For who waits to be told of
  /// the session's end by the user's stream: asked after following it, nothing is missed.
  Task<Result<void>> confirm(Identity identity);

  /// Ask the store again about a session or personal access token, or about all of a user's.
  void forget_session(std::string_view session_id);
  void forget_user(std::string_view user_id);

 private:
  /// What the store knows about a session or personal access token; without a user where it knows none. That, too,
  /// is remembered: whoever repeats a dead token does not reach the store each time.
  struct Standing {
    std::string user_id{};
    std::string username{};
    std::string token_hash{};                 ///< of a personal access token
    std::optional<Timestamp> last_used_at{};  ///< of a personal access token
    Timestamp expires_at{};
    bool is_admin = false;
    bool disabled = false;
    bool ended = false;
    std::chrono::steady_clock::time_point asked_at{};
  };

  Task<Result<Identity>> by_access_token(std::string token, std::string token_id, MayAsk may_ask);
  /// What is still believed of it, or null.
  const Standing* believed(const std::string& id);
  Task<Standing> standing(std::string id, Credential credential);
  Standing ask_session(const std::string& session_id);
  Standing ask_access_token(const std::string& token_id);
  Task<> note_use(std::string token_id);
  bool is_noted(const Standing& known) const;
  void describe_user(const std::string& user_id, Standing& standing);
  Result<Identity> identify(const std::string& id, const Standing& standing, Timestamp expires_at,
                            Credential credential) const;

  AccountContext context_;
  const JwtSigner& jwt_;
  RecentKeys<Standing> standings_;
  std::uint64_t forgotten_ = 0;  ///< how often something was forgotten: an answer asked for before is not kept
};

}  // namespace parley
