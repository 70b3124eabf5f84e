#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "models/account.h"
#include "repositories/page.h"

namespace parley {

/// not_found.
inline Error no_such_user() {
  return refuse(Code::not_found, "There is no such user.");
}

/// The accounts. Two inserts decide: of the folded username, who has it; of the one first account, who is the
/// server's first admin. Of a password, replace_password_hash does. All else is read, or set to a value (repeating it
/// changes nothing). Blocking, any thread, throws StoreUnavailable or, from what writes, OutcomeUnknown.
class UserRepository {
 public:
  enum class Created { created, username_taken, not_first };

  virtual ~UserRepository() = default;

  /// Whether there is, or ever was, a first account.
  virtual bool is_set_up() = 0;

  /// Makes the first account. Succeeds once in the store's life, whoever else tries at the same time.
  virtual Created create_first(const User& user) = 0;

  /// Makes a further account; for a store that is set up.
  virtual Created create(const User& user) = 0;

  virtual std::optional<User> find(std::string_view user_id) = 0;
  virtual std::optional<User> find_by_username(std::string_view username) = 0;  ///< folds it

  /// Those of the ids that exist, in no particular order; at most 100 are asked for.
  virtual std::vector<User> find_all(std::span<const std::string> user_ids) = 0;

  /// All accounts by folded username, after `cursor` (empty: from the start), at most `limit`; with a query,
  /// those whose folded username or folded display name contains it.
  virtual Page<User> list(std::string_view folded_query, std::string_view cursor, std::size_t limit) = 0;

  virtual void set_display_name(std::string_view user_id, std::string_view name, std::string_view folded) = 0;
  virtual void set_password_hash(std::string_view user_id, std::string_view hash) = 0;
  virtual void set_disabled(std::string_view user_id, bool disabled) = 0;

  /// Replaces the hash if it still is `old_hash`, and says whether `new_hash` (made for this call) took its place:
  /// what follows from knowing a password must not undo a change of it that was made meanwhile.
  virtual bool replace_password_hash(std::string_view user_id, std::string_view old_hash,
                                     std::string_view new_hash) = 0;
};

}  // namespace parley
