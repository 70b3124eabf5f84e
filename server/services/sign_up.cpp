#include "services/sign_up.h"

#include "core/ids.h"
#include "core/log.h"
#include "core/text.h"
#include "services/secret_token.h"
#include "services/text_rules.h"

namespace parley {
namespace {

using Created = UserRepository::Created;

Error username_taken() {
  Error error = refuse(Code::username_taken, "Somebody has this username.");
  error.field = "username";
  return error;
}

Error server_invite_invalid() {
  Error error = refuse(Code::invite_invalid, "The invite has expired, is used up, was withdrawn or never was.");
  error.field = "invite";
  return error;
}

/// What people copy by hand: 20 characters in groups, none of which is mistaken for another.
constexpr std::string_view kCodeAlphabet = "23456789abcdefghjkmnpqrstuvwxyz";
constexpr std::size_t kCodeLength = 20;

/// Dashes, blanks and case don't matter in a code.
std::string plain_code(std::string_view code) {
  std::string plain = fold_username(code);
  std::erase_if(plain, [](char c) { return c == '-' || c == ' '; });
  return plain;
}

}  // namespace

std::string setup_code(const SecretKeys& keys) {
  const auto key = keys.key(SecretKeys::Purpose::setup_code);
  std::string code;
  for (std::size_t i = 0; i < kCodeLength; ++i) {
    if (i > 0 && i % 5 == 0) code += '-';
    code += kCodeAlphabet[key[i] % kCodeAlphabet.size()];
  }
  return code;
}

SignUp::SignUp(AccountContext context, Passwords& passwords, Invites& invites, RateLimits& limits, Policy policy,
               const AccountEvents& events)
    : context_(context),
      passwords_(passwords),
      invites_(invites),
      limits_(limits),
      policy_(std::move(policy)),
      events_(events) {}

Task<bool> SignUp::is_set_up() {
  if (set_up_) co_return true;
  auto ask = [&] { return context_.users.is_set_up(); };
  set_up_ = co_await context_.store_pool.run(std::move(ask));
  co_return set_up_;
}

bool SignUp::needs_code(Caller caller) const {
  return policy_.setup_code && (policy_.code_for == CodeFor::everybody || caller == Caller::elsewhere);
}

Task<SignUp::Status> SignUp::status(Caller caller) {
  const bool set_up = co_await is_set_up();
  co_return Status{policy_.registration, !set_up, !set_up && needs_code(caller)};
}

Result<User> SignUp::draft(const Application& application) const {
  if (auto ok = check_username("username", application.username); !ok) return ok.error();
  if (auto ok = Passwords::check("password", application.password, application.username); !ok) return ok.error();
  auto name = clean_display_name("display_name", application.display_name.value_or(application.username));
  if (!name) return name.error();
  User user;
  user.id = new_id();
  user.username = application.username;
  user.display_name = *name;
  user.folded_display_name = fold_name(*name);
  user.created_at = context_.clock.now();
  return user;
}

Task<Result<User>> SignUp::sign_up(Application application) {
  auto user = draft(application);
  if (!user) co_return user.error();
  if (auto ok = co_await limits_.registration(application.address); !ok) co_return ok.error();
  const bool set_up = co_await is_set_up();
  if (!set_up) {
    const auto code = plain_code(application.setup_code.value_or(""));
    if (needs_code(application.caller) && !equal_secrets(code, plain_code(*policy_.setup_code))) {
      Error error = refuse(Code::setup_code_required, "The first account needs the set-up code of the server's log.");
      error.field = "setup_code";
      co_return error;
    }
    user->password_hash = co_await passwords_.hash(application.password);
    auto first = co_await create_first(*user);
    if (!first) co_return first.error();
    if (*first) co_return std::move(**first);
  }
  auto invite = co_await admit(application.invite);
  if (!invite) co_return invite.error();
  auto find = [&] { return context_.users.find_by_username(user->username).has_value(); };
  const bool taken = co_await context_.store_pool.run(std::move(find));
  if (taken) co_return username_taken();
  user->password_hash = co_await passwords_.hash(std::move(application.password));
  co_return co_await create_further(std::move(*user), std::move(*invite));
}

Task<Result<User>> SignUp::create(Application application, Power power) {
  auto user = draft(application);
  if (!user) co_return user.error();
  user->password_hash = co_await passwords_.hash(std::move(application.password));
  const bool set_up = co_await is_set_up();
  if (!set_up) {
    auto first = co_await create_first(*user);
    if (!first) co_return first.error();
    if (*first) co_return std::move(**first);
  }
  user->is_admin = power == Power::admin;
  co_return co_await create_further(std::move(*user), std::nullopt);
}

Task<Result<std::optional<User>>> SignUp::create_first(User user) {
  user.is_admin = true;
  auto insert = [&] { return context_.users.create_first(user); };
  const auto created = co_await context_.store_pool.run(std::move(insert));
  if (created == Created::username_taken) co_return username_taken();
  set_up_ = true;
  if (created == Created::not_first) co_return std::optional<User>();
  log::info("the server's first account was made", {{"user", user.id}});
  co_return std::optional<User>(std::move(user));
}

Task<Result<std::optional<Invite>>> SignUp::admit(std::optional<std::string> token) {
  if (policy_.registration == Registration::closed) {
    co_return refuse(Code::registration_closed, "This server takes no new accounts.");
  }
  if (!token) {
    if (policy_.registration == Registration::open) co_return std::optional<Invite>();
    co_return refuse(Code::invite_required, "This server takes new accounts by invite only.");
  }
  auto invite = co_await invites_.find(std::move(*token));
  if (!invite || invite->kind != InviteKind::server || !is_open(*invite, invites_.now()))
    co_return server_invite_invalid();
  co_return invite;
}

Task<Result<User>> SignUp::create_further(User user, std::optional<Invite> invite) {
  if (invite) {
    const auto taken = co_await invites_.take_use(invite->id, user.id);
    if (taken == InviteRepository::Use::none_left) co_return server_invite_invalid();
  }
  auto insert = [&] { return context_.users.create(user); };
  std::optional<Created> created;
  std::exception_ptr failure;
  try {
    created = co_await context_.store_pool.run(std::move(insert));
  } catch (...) {
    failure = std::current_exception();
  }
  if (invite && created != Created::created) co_await invites_.return_use(invite->id, user.id, failure);
  if (failure) std::rethrow_exception(failure);
  if (created != Created::created) co_return username_taken();
  log::info("an account was made", {{"user", user.id}});
  if (invite && !invite->room_id.empty()) events_.invited_into_room(user.id, user.username, invite->room_id);
  co_return user;
}

}  // namespace parley
