#include "services/password_changes.h"

#include "core/ids.h"

namespace parley {
namespace {

Error link_invalid() {
  Error error = refuse(Code::reset_link_invalid, "The link has expired, was used or never was.");
  error.field = "token";
  return error;
}

Error wrong_present_password() {
  Error error = refuse(Code::wrong_password, "The present password is wrong.");
  error.field = "current_password";
  return error;
}

}  // namespace

PasswordChanges::PasswordChanges(AccountContext context, Passwords& passwords, Invites& invites, RateLimits& limits,
                                 SessionEnder& ender)
    : context_(context), passwords_(passwords), invites_(invites), limits_(limits), ender_(ender) {}

Task<Result<void>> PasswordChanges::change(Identity identity, std::string current, std::string next,
                                           std::string address) {
  if (auto ok = Passwords::check("new_password", next, identity.username); !ok) co_return ok.error();
  auto attempt = co_await limits_.begin_sign_in(fold_username(identity.username), std::move(address));
  if (!attempt) co_return attempt.error();
  auto find = [&] { return context_.users.find(identity.user_id); };
  auto user = co_await context_.store_pool.run(std::move(find));
  if (!user) co_return refuse(Code::unauthorized);
  const auto verdict = co_await passwords_.verify(std::move(current), user->password_hash);
  if (verdict == Passwords::Verdict::wrong) {
    attempt->failed();
    co_return wrong_present_password();
  }
  const auto hash = co_await passwords_.hash(std::move(next));
  auto replace = [&] { return context_.users.replace_password_hash(user->id, user->password_hash, hash); };
  const bool replaced = co_await context_.store_pool.run(std::move(replace));
  // Another was set while this one was hashed, perhaps to shut out whoever knows the old one.
  if (!replaced) co_return wrong_present_password();
  co_await ender_.end_sessions(std::move(*user), identity.session_id);
  co_return Result<void>();
}

Task<Result<void>> PasswordChanges::reset(std::string token, std::string next) {
  const auto link = co_await invites_.find(std::move(token));
  if (!link || link->kind != InviteKind::password_reset || !is_open(*link, invites_.now())) co_return link_invalid();
  auto find = [&] { return context_.users.find(link->user_id); };
  auto user = co_await context_.store_pool.run(std::move(find));
  if (!user) co_return link_invalid();
  if (auto ok = Passwords::check("new_password", next, user->username); !ok) co_return ok.error();
  // Before the link is used: too many passwords may wait to be hashed.
  const auto hash = co_await passwords_.hash(std::move(next));
  // Each try counts as a user of its own: the account's own id would get the same use again.
  const auto use = new_id();
  const auto taken = co_await invites_.take_use(link->id, use);
  if (taken == InviteRepository::Use::none_left) co_return link_invalid();
  std::exception_ptr failure;
  try {
    co_await store(user->id, hash);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await invites_.return_use(link->id, use, failure);
    std::rethrow_exception(failure);
  }
  co_await shut_out(std::move(*user));
  co_return Result<void>();
}

Task<Result<void>> PasswordChanges::set(std::string username, std::string next) {
  auto find = [&] { return context_.users.find_by_username(username); };
  auto user = co_await context_.store_pool.run(std::move(find));
  if (!user) co_return refuse(Code::not_found, "There is no such user.");
  if (auto ok = Passwords::check("password", next, user->username); !ok) co_return ok.error();
  const auto hash = co_await passwords_.hash(std::move(next));
  co_await store(user->id, hash);
  co_await shut_out(std::move(*user));
  co_return Result<void>();
}

Task<> PasswordChanges::store(std::string user_id, std::string hash) {
  auto set = [&] { context_.users.set_password_hash(user_id, hash); };
  co_await context_.store_pool.run(std::move(set));
}

Task<> PasswordChanges::shut_out(User user) {
  co_await invites_.withdraw_all(InviteKind::password_reset, user.id);
  co_await ender_.end_sessions(std::move(user), "");
}

}  // namespace parley
