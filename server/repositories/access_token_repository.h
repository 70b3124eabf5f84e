#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/account.h"

namespace parley {

/// Personal access tokens. They are found by the id that the token carries; then the hash is compared.
/// Blocking, any thread, throws StoreUnavailable or, from what writes, OutcomeUnknown.
class AccessTokenRepository {
 public:
  virtual ~AccessTokenRepository() = default;

  virtual void create(const AccessToken& token) = 0;

  /// The token, a revoked one too, until it is purged.
  virtual std::optional<AccessToken> find(std::string_view token_id) = 0;

  /// Those of the user that live at `now`: neither revoked nor expired. In no particular order.
  virtual std::vector<AccessToken> live_of(std::string_view user_id, Timestamp now) = 0;

  virtual void set_last_used(std::string_view token_id, Timestamp now) = 0;

  /// Revokes it, and notes it as unannounced. Idempotent: one that was revoked stays as it is.
  virtual void end(std::string_view token_id, Timestamp now) = 0;

  /// Revoked tokens whose end is not known to be in their user's stream, at most `limit`, in no particular order.
  virtual std::vector<AccessToken> unannounced(std::size_t limit) = 0;

  /// The end is in the user's stream. Idempotent.
  virtual void set_announced(std::string_view token_id) = 0;

  /// Deletes up to `limit` tokens that were revoked or had expired before `before`. Gives how many went.
  virtual std::size_t purge(Timestamp before, std::size_t limit) = 0;
};

}  // namespace parley
