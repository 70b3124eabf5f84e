#pragma once

#include <string>
#include <unordered_set>

#include "core/event_loop.h"
#include "services/account_context.h"
#include "streams/appender.h"

namespace parley {

/// Says in a user's own stream that a session or personal access token of theirs is dead, and whether the account is
/// disabled, which closes its connections on every instance. The store notes each end as unannounced until that is
/// done, so that it is done for certain, whoever dies meanwhile; the same is never said twice. Io thread.
class SessionAnnouncer {
 public:
  SessionAnnouncer(EventLoop& loop, Appender& appender, AccountContext context);

  /// The store has its end.
  void begin(const User& owner, const std::string& session_id);

  /// Does what a process that died left undone. Called at start and every few seconds.
  Task<> sweep();

 private:
  struct Ended {
    std::string user_id;
    std::string session_id;
  };
  static constexpr std::size_t kAtOnce = 1000;

  Task<> announce(User owner, std::string session_id);
  std::vector<Ended> left_over();
  Task<> announce_left_over(Ended ended);

  EventLoop& loop_;
  Appender& appender_;
  AccountContext context_;
  std::unordered_set<std::string> busy_;  ///< session ids
};

}  // namespace parley
