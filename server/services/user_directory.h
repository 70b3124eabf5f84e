#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/task.h"
#include "models/account.h"
#include "models/identity.h"
#include "repositories/page.h"
#include "services/account_context.h"
#include "services/authenticator.h"
#include "services/invites.h"
#include "services/session_ender.h"

namespace parley {

/// The users: looked up, renamed by themselves, disabled and enabled by an admin.
class UserDirectory {
 public:
  UserDirectory(AccountContext context, Invites& invites, SessionEnder& ender, Authenticator& authenticator,
                const AccountEvents& events);

  Task<std::optional<User>> find(std::string user_id);
  Task<std::optional<User>> find_by_username(std::string username);
  Task<std::vector<User>> find_all(std::vector<std::string> user_ids);  ///< at most 100; unknown ones are left out

  /// validation_failed.
  Task<Result<User>> set_display_name(Identity user, std::string name);

  /// By username; a query is a part of username or display name, without regard to case. validation_failed for a cursor
  /// that is none.
  Task<Result<Page<User>>> list(std::string query, std::string cursor, std::size_t limit);

  enum class Standing { enabled, disabled };
  /// Disabling ends all of the user's sessions and personal access tokens, for good. not_found; conflict for oneself
  /// (`acting_user_id`, empty for the operator).
  Task<Result<User>> set_standing(std::string acting_user_id, std::string user_id, Standing standing);

  /// A one-time link for a forgotten password. not_found.
  Task<Result<NewInvite>> create_password_reset(std::string acting_user_id, std::string user_id);

 private:
  Task<> end_everything(User user);

  AccountContext context_;
  Invites& invites_;
  SessionEnder& ender_;
  Authenticator& authenticator_;
  const AccountEvents& events_;
};

}  // namespace parley
