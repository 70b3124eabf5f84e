#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/account.h"

namespace parley {

/// Invites of all kinds, and their uses. They are found by the id that the token carries; then the hash is
/// compared. Uses are numbered 1 to max_uses and each is inserted under its number, so that the insert decides
/// who had the last one. Blocking, any thread, throws StoreUnavailable or, from what writes, OutcomeUnknown.
class InviteRepository {
 public:
  virtual ~InviteRepository() = default;

  virtual void create(const Invite& invite) = 0;

  /// The invite with its present number of uses, a withdrawn one too, until it is purged.
  virtual std::optional<Invite> find(std::string_view invite_id) = 0;

  /// Those that can be used at `now`. `subject`: the room's id, the user's id for password resets, or empty for
  /// the server's. In no particular order.
  virtual std::vector<Invite> open_for(InviteKind kind, std::string_view subject, Timestamp now) = 0;

  enum class Use { taken, had_one, none_left };
  /// Takes one use for a user. The same user again takes no second one (nor does a first time that had to be tried
  /// twice, as its reply was lost: had_one).
  virtual Use take_use(std::string_view invite_id, std::string_view user_id, Timestamp now) = 0;

  /// Gives back what `user_id` took, because nothing came of it. Idempotent.
  virtual void return_use(std::string_view invite_id, std::string_view user_id) = 0;

  /// Withdraws it. Idempotent.
  virtual void end(std::string_view invite_id, Timestamp now) = 0;

  /// Deletes up to `limit` invites that were withdrawn or had expired before `before`, with their uses. Gives
  /// how many went.
  virtual std::size_t purge(Timestamp before, std::size_t limit) = 0;
};

}  // namespace parley
