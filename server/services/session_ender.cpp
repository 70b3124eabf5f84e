#include "services/session_ender.h"

namespace parley {

SessionEnder::SessionEnder(AccountContext context, Authenticator& authenticator, const AccountEvents& events)
    : context_(context), authenticator_(authenticator), events_(events) {}

Task<> SessionEnder::end_session(User owner, std::string session_id) {
  auto end = [&] { context_.sessions.end(session_id, context_.clock.now()); };
  co_await context_.store_pool.run(std::move(end));
  announce(owner, session_id);
}

Task<> SessionEnder::end_access_token(User owner, std::string token_id) {
  auto end = [&] { context_.access_tokens.end(token_id, context_.clock.now()); };
  co_await context_.store_pool.run(std::move(end));
  announce(owner, token_id);
}

Task<> SessionEnder::end_sessions(User owner, std::string kept) {
  auto find = [&] { return context_.sessions.live_of(owner.id, context_.clock.now()); };
  const auto sessions = co_await context_.store_pool.run(std::move(find));
  for (const auto& session : sessions) {
    if (session.id != kept) co_await end_session(owner, session.id);
  }
}

Task<> SessionEnder::end_access_tokens(User owner) {
  auto find = [&] { return context_.access_tokens.live_of(owner.id, context_.clock.now()); };
  const auto tokens = co_await context_.store_pool.run(std::move(find));
  for (const auto& token : tokens) co_await end_access_token(owner, token.id);
}

void SessionEnder::announce(const User& owner, const std::string& id) {
  authenticator_.forget_session(id);
  events_.session_ended(owner, id);
}

}  // namespace parley
