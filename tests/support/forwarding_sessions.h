#pragma once

#include "repositories/session_repository.h"

namespace parley::test {

/// The sessions of a real store, for tests that change one function.
class ForwardingSessions : public SessionRepository {
 public:
  explicit ForwardingSessions(SessionRepository& real) : real_(real) {}

  void create(const Session& session) override { real_.create(session); }
  std::optional<Session> find(std::string_view id) override { return real_.find(id); }
  std::vector<Session> live_of(std::string_view id, Timestamp now) override { return real_.live_of(id, now); }
  std::optional<Session> advance(std::string_view id, std::uint64_t presented, Timestamp now, Timestamp end) override {
    return real_.advance(id, presented, now, end);
  }
  void end(std::string_view id, Timestamp now) override { real_.end(id, now); }
  std::vector<Session> unannounced(std::size_t limit) override { return real_.unannounced(limit); }
  void set_announced(std::string_view id) override { real_.set_announced(id); }
  std::size_t purge(Timestamp before, std::size_t limit) override { return real_.purge(before, limit); }

 private:
  SessionRepository& real_;
};

}  // namespace parley::test
