#include "services/account_sessions.h"

#include <algorithm>
#include <charconv>

#include "core/ids.h"
#include "services/newest_first.h"
#include "services/secret_token.h"
#include "services/text_rules.h"

namespace parley {
namespace {

constexpr std::size_t kAccessTokenSecretBytes = 32;

User owner_of(const Identity& identity) {
  User owner;
  owner.id = identity.user_id;
  owner.username = identity.username;
  return owner;
}

/// Where a session stands in the list: last use, then id.
using Place = std::pair<std::int64_t, std::string>;

Place place_of(const Session& session) {
  return {to_millis(session.last_used_at), session.id};
}

std::string cursor_of(const Session& session) {
  return std::to_string(to_millis(session.last_used_at)) + '.' + session.id;
}

std::optional<Place> read_cursor(std::string_view cursor) {
  Place place;
  const auto dot = std::min(cursor.find('.'), cursor.size());
  const auto digits = cursor.substr(0, dot);
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), place.first);
  if (error != std::errc() || end != digits.end() || dot == cursor.size()) return std::nullopt;
  place.second = cursor.substr(dot + 1);
  return is_id(place.second) ? std::optional(place) : std::nullopt;
}

Error no_such(const char* what) {
  return refuse(Code::not_found, std::string("There is no such ") + what + ".");
}

}  // namespace

AccountSessions::AccountSessions(AccountContext context, SessionEnder& ender) : context_(context), ender_(ender) {}

Task<Result<Page<Session>>> AccountSessions::list(Identity user, std::string cursor, std::size_t limit) {
  const auto from = read_cursor(cursor);
  if (!from && !cursor.empty()) co_return foreign_cursor();
  auto find = [&] { return context_.sessions.live_of(user.user_id, context_.clock.now()); };
  auto sessions = co_await context_.store_pool.run(std::move(find));
  std::erase_if(sessions, [&](const Session& s) { return from && place_of(s) >= *from; });
  std::sort(sessions.begin(), sessions.end(),
            [](const Session& a, const Session& b) { return place_of(a) > place_of(b); });
  Page<Session> page;
  if (sessions.size() > limit) {
    page.next_cursor = cursor_of(sessions[limit - 1]);
    sessions.resize(limit);
  }
  page.items = std::move(sessions);
  co_return page;
}

Task<Result<void>> AccountSessions::end(Identity user, std::string session_id) {
  auto find = [&] { return context_.sessions.find(session_id); };
  const auto session = co_await context_.store_pool.run(std::move(find));
  if (!session || session->user_id != user.user_id) co_return no_such("session");
  if (!session->ended) co_await ender_.end_session(owner_of(user), session_id);
  co_return Result<void>();
}

Task<> AccountSessions::end_all(Identity user) {
  co_await ender_.end_sessions(owner_of(user), "");
}

Task<Result<Page<AccessToken>>> AccountSessions::access_tokens(Identity user, std::string cursor, std::size_t limit) {
  auto find = [&] { return context_.access_tokens.live_of(user.user_id, context_.clock.now()); };
  auto tokens = co_await context_.store_pool.run(std::move(find));
  co_return newest_first(std::move(tokens), cursor, limit);
}

Task<Result<AccountSessions::NewAccessToken>> AccountSessions::create_access_token(
    Identity user, std::string name, std::optional<std::int64_t> lifetime_days) {
  const auto clean = clean_display_name("name", name);
  if (!clean) co_return clean.error();
  const auto now = context_.clock.now();
  AccessToken token;
  token.id = new_id();
  token.user_id = user.user_id;
  token.name = *clean;
  token.created_at = now;
  if (lifetime_days) token.expires_at = now + std::chrono::days(*lifetime_days);
  auto secret = make_secret_token(kAccessTokenPrefix, token.id, kAccessTokenSecretBytes);
  token.hash = secret.hash;
  // The account may be disabled while we look: that ends all tokens which exist then. So ours is made first, and then
  // we look; one of us sees the other.
  bool added = false;
  auto add = [&]() -> std::optional<User> {
    added = context_.access_tokens.live_of(user.user_id, now).size() < kMaxAccessTokens;
    if (added) context_.access_tokens.create(token);
    return context_.users.find(user.user_id);
  };
  const auto owner = co_await context_.store_pool.run(std::move(add));
  if (!added) co_return refuse(Code::too_many_tokens, "You have 100 tokens; revoke some first.");
  if (!owner || owner->disabled) {
    auto known = owner.value_or(owner_of(user));
    co_await ender_.end_access_token(std::move(known), token.id);
    co_return refuse(Code::account_disabled, "An administrator has disabled this account.");
  }
  co_return NewAccessToken{std::move(token), std::move(secret.text)};
}

Task<Result<void>> AccountSessions::revoke_access_token(Identity user, std::string token_id) {
  auto find = [&] { return context_.access_tokens.find(token_id); };
  const auto token = co_await context_.store_pool.run(std::move(find));
  if (!token || token->user_id != user.user_id) co_return no_such("token");
  if (!token->ended) co_await ender_.end_access_token(owner_of(user), token_id);
  co_return Result<void>();
}

}  // namespace parley
