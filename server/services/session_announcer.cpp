#include "services/session_announcer.h"

#include "core/log.h"
#include "services/user_notices.h"

namespace parley {

SessionAnnouncer::SessionAnnouncer(EventLoop& loop, Appender& appender, AccountContext context)
    : loop_(loop), appender_(appender), context_(context) {}

void SessionAnnouncer::begin(const User& owner, const std::string& session_id) {
  if (!busy_.insert(session_id).second) return;
  spawn_logged(loop_.executor(), "announce a session's end",
               [this, owner, session_id] { return announce(owner, session_id); });
}

Task<> SessionAnnouncer::announce(User owner, std::string session_id) {
  try {
    std::vector<Proposal> notices;
    notices.push_back(session_ended_notice(owner, session_id));
    co_await append_notices(appender_, std::move(notices));
    auto note = [this, &session_id] {
      context_.sessions.set_announced(session_id);
      context_.access_tokens.set_announced(session_id);
    };
    co_await context_.store_pool.run(std::move(note));
  } catch (const std::exception& e) {
    log::warn("announcing a session's end waits for the store", {{"user", owner.id}, {"reason", e.what()}});
  }
  busy_.erase(session_id);
}

Task<> SessionAnnouncer::sweep() {
  auto look = [this] { return left_over(); };
  const auto found = co_await context_.store_pool.run(std::move(look));
  for (const auto& ended : found) {
    if (!busy_.contains(ended.session_id)) co_await announce_left_over(ended);
  }
}

std::vector<SessionAnnouncer::Ended> SessionAnnouncer::left_over() {
  std::vector<Ended> found;
  for (auto& session : context_.sessions.unannounced(kAtOnce)) found.push_back({session.user_id, session.id});
  for (auto& token : context_.access_tokens.unannounced(kAtOnce)) found.push_back({token.user_id, token.id});
  return found;
}

Task<> SessionAnnouncer::announce_left_over(Ended ended) {
  auto look = [this, &ended] { return context_.users.find(ended.user_id); };
  const auto user = co_await context_.store_pool.run(std::move(look));
  if (user) begin(*user, ended.session_id);
}

}  // namespace parley
