#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/task.h"
#include "models/account.h"
#include "repositories/page.h"
#include "services/account_context.h"

namespace parley {

/// An invite with its token, which is shown this once.
struct NewInvite {
  Invite invite;
  std::string token;
};

/// Links to register, to join a room, or to set a new password. Who may make one is for the caller to know.
class Invites {
 public:
  static constexpr std::chrono::hours kDefaultLifetime{7 * 24};
  static constexpr std::chrono::hours kResetLifetime{24};
  static constexpr std::size_t kMaxOpen = 100;  ///< for the server, and for each room

  explicit Invites(AccountContext context);

  struct Terms {
    InviteKind kind = InviteKind::server;
    std::string room_id{};     ///< where it leads; for a server invite, too, where it shall lead into a room
    std::string user_id{};     ///< whose password it resets
    std::string created_by{};  ///< a user's id; empty: the operator
    std::chrono::seconds lifetime = kDefaultLifetime;
    std::optional<std::uint64_t> max_uses{};  ///< none: no limit
  };

  /// too_many_invites. A password reset voids those made before for the same user.
  Task<Result<NewInvite>> create(Terms terms);

  /// Those that can be used, newest first. `subject`: the room's id, or empty for the server. validation_failed for a
  /// cursor that is none.
  Task<Result<Page<Invite>>> open(InviteKind kind, std::string subject, std::string cursor, std::size_t limit);

  /// Withdraws one of that kind and subject. not_found; repeating it is fine.
  Task<Result<void>> withdraw(InviteKind kind, std::string subject, std::string invite_id);

  /// Withdraws all open ones of that kind and subject.
  Task<> withdraw_all(InviteKind kind, std::string subject);

  /// The invite of a token, open or not; none for an unknown token.
  Task<std::optional<Invite>> find(std::string token);

  /// Takes a use for a user who has none yet.
  Task<InviteRepository::Use> take_use(std::string invite_id, std::string user_id);

  /// Gives back a use that was taken just now, as nothing came of it; not where `failure` of what it was for leaves
  /// open whether something did. That it can't be given back is logged and no more.
  Task<> return_use(std::string invite_id, std::string user_id, std::exception_ptr failure = nullptr);

  Timestamp now() const { return context_.clock.now(); }

 private:
  AccountContext context_;
};

}  // namespace parley
