#include "services/authenticator.h"

#include <algorithm>

#include "core/log.h"
#include "services/account_sessions.h"
#include "services/secret_token.h"

namespace parley {
namespace {

constexpr std::size_t kRemembered = 65536;  ///< about 200 bytes each
constexpr std::chrono::minutes kLastUsedStep{10};
/// The end of what does not expire: the year 2200, from which durations in nanoseconds still fit 64 bits.
constexpr Timestamp kNever = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};

Error no_good() {
  return refuse(Code::unauthorized, "The token is not valid, or its session has ended.");
}

}  // namespace

Authenticator::Authenticator(AccountContext context, const JwtSigner& jwt)
    : context_(context), jwt_(jwt), standings_(kRemembered) {}

Task<Result<Identity>> Authenticator::authenticate(std::string token, MayAsk may_ask) {
  if (auto token_id = id_in_token(kAccessTokenPrefix, token)) {
    co_return co_await by_access_token(std::move(token), std::move(*token_id), std::move(may_ask));
  }
  const auto claims = jwt_.verify(token);
  if (!claims) co_return claims.error();
  const auto known = co_await standing(claims->session_id, Credential::session);
  if (known.user_id != claims->user_id) co_return no_good();
  co_return identify(claims->session_id, known, claims->expires_at, Credential::session);
}

Task<Result<Identity>> Authenticator::by_access_token(std::string token, std::string token_id, MayAsk may_ask) {
  if (may_ask && believed(token_id) == nullptr) {
    if (auto ok = may_ask(); !ok) co_return ok.error();
  }
  const auto known = co_await standing(token_id, Credential::access_token);
  if (!matches_token(token, known.token_hash)) co_return no_good();
  auto identity = identify(token_id, known, known.expires_at, Credential::access_token);
  if (identity && !is_noted(known)) co_await note_use(std::move(token_id));
  co_return identity;
}

Task<Result<void>> Authenticator::confirm(Identity identity) {
  standings_.erase(identity.session_id);
  const auto known = co_await standing(identity.session_id, identity.credential);
  if (known.user_id != identity.user_id) co_return no_good();
  const auto still = identify(identity.session_id, known, identity.expires_at, identity.credential);
  if (!still) co_return still.error();
  co_return Result<void>();
}

Result<Identity> Authenticator::identify(const std::string& id, const Standing& known, Timestamp expires_at,
                                         Credential credential) const {
  if (known.disabled) return refuse(Code::account_disabled, "An administrator has disabled this account.");
  if (known.ended) return no_good();
  if (known.expires_at <= context_.clock.now()) return refuse(Code::token_expired, "The token has ended.");
  return Identity{known.user_id, known.username, id, known.is_admin, std::min(expires_at, known.expires_at),
                  credential};
}

const Authenticator::Standing* Authenticator::believed(const std::string& id) {
  const auto* known = standings_.find(id);
  return known != nullptr && context_.clock.steady_now() - known->asked_at < kBelieved ? known : nullptr;
}

Task<Authenticator::Standing> Authenticator::standing(std::string id, Credential credential) {
  if (const auto* known = believed(id)) co_return *known;
  const auto now = context_.clock.steady_now();
  const auto forgotten_before = forgotten_;
  auto ask = [&] { return credential == Credential::session ? ask_session(id) : ask_access_token(id); };
  auto answer = co_await context_.store_pool.run(std::move(ask));
  answer.asked_at = now;  // from before the question: what ended since is believed no longer than 4 s
  if (forgotten_before == forgotten_) standings_.at(id) = answer;
  co_return answer;
}

Authenticator::Standing Authenticator::ask_session(const std::string& session_id) {
  Standing standing;
  const auto session = context_.sessions.find(session_id);
  if (!session) return standing;
  standing.ended = session->ended;
  standing.expires_at = session->expires_at;
  describe_user(session->user_id, standing);
  return standing;
}

Authenticator::Standing Authenticator::ask_access_token(const std::string& token_id) {
  Standing standing;
  const auto token = context_.access_tokens.find(token_id);
  if (!token) return standing;
  standing.ended = token->ended;
  standing.expires_at = token->expires_at.value_or(kNever);
  standing.token_hash = token->hash;
  standing.last_used_at = token->last_used_at;
  describe_user(token->user_id, standing);
  return standing;
}

bool Authenticator::is_noted(const Standing& known) const {
  return known.last_used_at && context_.clock.now() - *known.last_used_at < kLastUsedStep;
}

Task<> Authenticator::note_use(std::string token_id) {
  const auto now = context_.clock.now();
  // At once, so that not each request notes it; where that fails, the store's answer of 4 s later says so.
  if (auto* known = standings_.find(token_id)) known->last_used_at = now;
  auto set = [&] { context_.access_tokens.set_last_used(token_id, now); };
  try {
    co_await context_.store_pool.run(std::move(set));
  } catch (const std::exception& e) {  // a full disk must not keep anybody from reading
    log::warn("last use of a token not noted", {{"token", token_id}, {"reason", e.what()}});
  }
}

void Authenticator::describe_user(const std::string& user_id, Standing& standing) {
  const auto user = context_.users.find(user_id);
  if (!user) return;
  standing.user_id = user->id;
  standing.username = user->username;
  standing.is_admin = user->is_admin;
  standing.disabled = user->disabled;
}

void Authenticator::forget_session(std::string_view session_id) {
  ++forgotten_;
  standings_.erase(session_id);
}

void Authenticator::forget_user(std::string_view user_id) {
  ++forgotten_;
  standings_.erase_if([&](const Standing& standing) { return standing.user_id == user_id; });
}

}  // namespace parley
