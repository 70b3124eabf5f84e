#include "services/user_directory.h"

#include "core/text.h"
#include "services/text_rules.h"

namespace parley {
UserDirectory::UserDirectory(AccountContext context, Invites& invites, SessionEnder& ender,
                             Authenticator& authenticator, const AccountEvents& events)
    : context_(context), invites_(invites), ender_(ender), authenticator_(authenticator), events_(events) {}

Task<std::optional<User>> UserDirectory::find(std::string user_id) {
  auto find = [&] { return context_.users.find(user_id); };
  co_return co_await context_.store_pool.run(std::move(find));
}

Task<std::optional<User>> UserDirectory::find_by_username(std::string username) {
  auto find = [&] { return context_.users.find_by_username(username); };
  co_return co_await context_.store_pool.run(std::move(find));
}

Task<std::vector<User>> UserDirectory::find_all(std::vector<std::string> user_ids) {
  auto find = [&] { return context_.users.find_all(user_ids); };
  co_return co_await context_.store_pool.run(std::move(find));
}

Task<Result<User>> UserDirectory::set_display_name(Identity identity, std::string name) {
  const auto clean = clean_display_name("display_name", name);
  if (!clean) co_return clean.error();
  auto set = [&] {
    context_.users.set_display_name(identity.user_id, *clean, fold_name(*clean));
    return context_.users.find(identity.user_id);
  };
  auto user = co_await context_.store_pool.run(std::move(set));
  if (!user) co_return no_such_user();
  events_.profile_changed(user->id);
  co_return std::move(*user);
}

Task<Result<Page<User>>> UserDirectory::list(std::string query, std::string cursor, std::size_t limit) {
  if (!cursor.empty() && !check_username("cursor", cursor)) {
    co_return foreign_cursor();
  }
  auto read = [&] { return context_.users.list(fold_name(query), cursor, limit); };
  co_return co_await context_.store_pool.run(std::move(read));
}

Task<Result<User>> UserDirectory::set_standing(std::string acting_user_id, std::string user_id, Standing standing) {
  if (acting_user_id == user_id) co_return refuse(Code::conflict, "Nobody can disable or enable themselves.");
  const bool disabled = standing == Standing::disabled;
  auto set = [&] {
    context_.users.set_disabled(user_id, disabled);
    return context_.users.find(user_id);
  };
  auto user = co_await context_.store_pool.run(std::move(set));
  if (!user) co_return no_such_user();
  authenticator_.forget_user(user_id);
  if (disabled) co_await end_everything(*user);
  co_return std::move(*user);
}

Task<> UserDirectory::end_everything(User user) {
  co_await ender_.end_sessions(user, "");
  co_await ender_.end_access_tokens(user);
}

Task<Result<NewInvite>> UserDirectory::create_password_reset(std::string acting_user_id, std::string user_id) {
  const auto user = co_await find(user_id);
  if (!user) co_return no_such_user();
  Invites::Terms terms;
  terms.kind = InviteKind::password_reset;
  terms.user_id = user_id;
  terms.created_by = acting_user_id;
  terms.lifetime = Invites::kResetLifetime;
  terms.max_uses = 1;
  co_return co_await invites_.create(std::move(terms));
}

}  // namespace parley
