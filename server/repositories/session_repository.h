#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/account.h"

namespace parley {

/// Sessions and the generations of their refresh tokens. Blocking, any thread, throws StoreUnavailable or, from
/// what writes, OutcomeUnknown.
class SessionRepository {
 public:
  virtual ~SessionRepository() = default;

  virtual void create(const Session& session) = 0;

  /// The session, an ended one too, until it is purged.
  virtual std::optional<Session> find(std::string_view session_id) = 0;

  /// Those of the user that live at `now`: neither ended nor expired. In no particular order.
  virtual std::vector<Session> live_of(std::string_view user_id, Timestamp now) = 0;

  /// Makes generation `presented` + 1 of a session at `now` unless it exists already; the insert of it decides,
  /// so that of two who present the same token one advances and both see the same. Who advances also moves
  /// last_used_at and expires_at. Gives the session as it then is (its `generation` may stop at `presented` + 3
  /// where it is further on), or nothing for an unknown one. An ended session does not advance.
  virtual std::optional<Session> advance(std::string_view session_id, std::uint64_t presented, Timestamp now,
                                         Timestamp expires_at) = 0;

  /// Ends it, and notes it as unannounced. Idempotent: one that has ended stays as it is.
  virtual void end(std::string_view session_id, Timestamp now) = 0;

  /// Ended sessions whose end is not known to be in their user's stream, at most `limit`, in no particular order.
  virtual std::vector<Session> unannounced(std::size_t limit) = 0;

  /// The end is in the user's stream. Idempotent.
  virtual void set_announced(std::string_view session_id) = 0;

  /// Deletes up to `limit` sessions that had ended or expired before `before`. Gives how many went.
  virtual std::size_t purge(Timestamp before, std::size_t limit) = 0;
};

}  // namespace parley
