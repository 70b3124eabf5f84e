#include "services/sign_in.h"

#include <algorithm>

#include "core/ids.h"
#include "core/log.h"

namespace parley {
namespace {

Error wrong_credentials() {
  return refuse(Code::invalid_credentials, "The username or the password is wrong.");
}
Error no_session() {
  return refuse(Code::unauthorized, "The session has ended; sign in again.");
}
Error is_disabled() {
  return refuse(Code::account_disabled, "An administrator has disabled this account.");
}

Session draft(const User& user, std::string device, Timestamp now) {
  Session session;
  session.id = new_id();
  session.user_id = user.id;
  session.device = std::move(device);
  session.created_at = session.last_used_at = session.generation_at = now;
  session.expires_at = now + SignIn::kSessionLifetime;
  return session;
}

}  // namespace

/// What came of a refresh token.
struct SignIn::Renewal {
  enum class Outcome { renewed, refused, account_disabled, stolen };
  Outcome outcome = Outcome::refused;
  User user{};
};

SignIn::SignIn(AccountContext context, Passwords& passwords, const JwtSigner& jwt, const RefreshTokens& refresh_tokens,
               RateLimits& limits, SessionEnder& ender)
    : context_(context),
      passwords_(passwords),
      jwt_(jwt),
      refresh_tokens_(refresh_tokens),
      limits_(limits),
      ender_(ender) {}

SignIn::SignedIn SignIn::answer(const std::string& user_id, const std::string& session_id,
                                std::uint64_t generation) const {
  return {session_id, jwt_.sign(user_id, session_id), refresh_tokens_.make(session_id, generation)};
}

Task<Result<SignIn::SignedIn>> SignIn::sign_in(Attempt attempt) {
  auto admitted = co_await limits_.begin_sign_in(fold_username(attempt.username), attempt.address);
  if (!admitted) co_return admitted.error();
  auto find = [&] { return context_.users.find_by_username(attempt.username); };
  auto user = co_await context_.store_pool.run(std::move(find));
  std::optional<std::string> hash;
  if (user) hash = user->password_hash;
  const auto verdict = co_await passwords_.verify(attempt.password, std::move(hash));
  if (!user || verdict == Passwords::Verdict::wrong) {
    admitted->failed();
    co_return wrong_credentials();
  }
  if (user->disabled) co_return is_disabled();
  if (verdict == Passwords::Verdict::right_but_weak) {
    *user = co_await strengthened(std::move(*user), attempt.password);
  }
  co_return co_await begin_session(std::move(*user), std::move(attempt));
}

Task<User> SignIn::strengthened(User user, std::string password) {
  const auto hash = co_await passwords_.hash(std::move(password));
  auto replace = [&] {
    context_.users.replace_password_hash(user.id, user.password_hash, hash);
    return context_.users.find(user.id);
  };
  const auto now = co_await context_.store_pool.run(std::move(replace));
  if (now && now->password_hash == hash) user.password_hash = hash;
  co_return user;
}

Task<Result<SignIn::SignedIn>> SignIn::begin_session(User user, Attempt attempt) {
  auto session = draft(user, std::move(attempt.device), context_.clock.now());
  // The password may be changed, or the account disabled, while we look: that ends all sessions which exist then.
  // So ours is made first, and then we look again; one of us sees the other.
  auto begin = [&] {
    context_.sessions.create(session);
    return context_.users.find(user.id);
  };
  const auto now = co_await context_.store_pool.run(std::move(begin));
  bool good = now && !now->disabled;
  if (good && now->password_hash != user.password_hash) {
    // Changed, or of the same password: another sign-in may have strengthened it.
    const auto verdict = co_await passwords_.verify(std::move(attempt.password), now->password_hash);
    good = verdict != Passwords::Verdict::wrong;
  }
  if (!good) {
    co_await ender_.end_session(user, session.id);
    co_return now && now->disabled ? is_disabled() : wrong_credentials();
  }
  co_await end_surplus(user, session.id);
  co_return answer(user.id, session.id, session.generation);
}

Task<> SignIn::end_surplus(User user, std::string kept) {
  auto find = [&] { return context_.sessions.live_of(user.id, context_.clock.now()); };
  auto sessions = co_await context_.store_pool.run(std::move(find));
  std::erase_if(sessions, [&](const Session& session) { return session.id == kept; });
  std::sort(sessions.begin(), sessions.end(),
            [](const Session& a, const Session& b) { return a.last_used_at > b.last_used_at; });
  for (std::size_t i = kMaxSessions - 1; i < sessions.size(); ++i) co_await ender_.end_session(user, sessions[i].id);
}

SignIn::Renewal SignIn::renew(const RefreshTokens::Parts& presented) {
  using Outcome = Renewal::Outcome;
  const auto now = context_.clock.now();
  const auto session = context_.sessions.find(presented.session_id);
  if (!session) return {Outcome::refused};
  auto user = context_.users.find(session->user_id);
  if (!user) return {Outcome::refused};
  if (user->disabled) return {Outcome::account_disabled};
  if (session->ended || session->expires_at <= now) return {Outcome::refused};
  const auto advanced =
      context_.sessions.advance(presented.session_id, presented.generation, now, now + kSessionLifetime);
  if (!advanced || advanced->ended) return {Outcome::refused};
  const auto ahead = advanced->generation - presented.generation;
  if (ahead == 1) return {Outcome::renewed, std::move(*user)};
  const bool lately = ahead == 2 && now - advanced->generation_at <= kFormerTokenGrace;
  return {lately ? Outcome::renewed : Outcome::stolen, std::move(*user)};
}

Task<Result<SignIn::SignedIn>> SignIn::refresh(std::string refresh_token) {
  const auto presented = refresh_tokens_.read(refresh_token);
  if (!presented) co_return no_session();
  auto work = [&] { return renew(*presented); };
  auto renewal = co_await context_.store_pool.run(std::move(work));
  switch (renewal.outcome) {
    case Renewal::Outcome::renewed:
      co_return answer(renewal.user.id, presented->session_id, presented->generation + 1);
    case Renewal::Outcome::account_disabled:
      co_return is_disabled();
    case Renewal::Outcome::stolen:
      log::warn("an old refresh token was used again: session ended",
                {{"user", renewal.user.id}, {"session", presented->session_id}});
      co_await ender_.end_session(std::move(renewal.user), presented->session_id);
      co_return no_session();
    case Renewal::Outcome::refused:
      break;
  }
  co_return no_session();
}

Task<Result<void>> SignIn::sign_out(std::string refresh_token) {
  const auto presented = refresh_tokens_.read(refresh_token);
  if (!presented) co_return no_session();
  auto find = [&]() -> std::optional<User> {
    const auto session = context_.sessions.find(presented->session_id);
    if (!session || session->ended) return std::nullopt;
    return context_.users.find(session->user_id);
  };
  auto user = co_await context_.store_pool.run(std::move(find));
  if (!user) co_return no_session();
  co_await ender_.end_session(std::move(*user), presented->session_id);
  co_return Result<void>();
}

}  // namespace parley
