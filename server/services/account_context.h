#pragma once

#include <functional>
#include <string>

#include "core/time.h"
#include "core/worker_pool.h"
#include "repositories/access_token_repository.h"
#include "repositories/invite_repository.h"
#include "repositories/session_repository.h"
#include "repositories/user_repository.h"

namespace parley {

/// What the services of accounts share: the stores, the pool on which they block, the time. Copied freely; what it
/// refers to outlives them all.
struct AccountContext {
  UserRepository& users;
  SessionRepository& sessions;
  AccessTokenRepository& access_tokens;
  InviteRepository& invites;
  WorkerPool& store_pool;
  const Clock& clock;
};

/// What others must hear, on the io thread, each after the store has it. Bound by main; none may be empty. They
/// return at once and do not throw.
struct AccountEvents {
  /// A session or personal access token of the user is dead: its connections are closed everywhere, with 4003 where the
  /// account is disabled, else with 4001.
  std::function<void(User owner, std::string session_id)> session_ended = [](const auto&, auto) {};
  /// A hint to those who share a room: look the display name up again.
  std::function<void(std::string user_id)> profile_changed = [](auto) {};
  /// Somebody registered by an invite that leads to a room: they become its member.
  std::function<void(std::string user_id, std::string username, std::string room_id)> invited_into_room = [](auto, auto,
                                                                                                             auto) {};
};

}  // namespace parley
