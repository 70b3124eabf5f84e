#pragma once

#include "repositories/access_token_repository.h"

namespace parley::test {

/// The personal access tokens of a real store, for tests that change one function.
class ForwardingAccessTokens : public AccessTokenRepository {
 public:
  explicit ForwardingAccessTokens(AccessTokenRepository& real) : real_(real) {}

  void create(const AccessToken& token) override { real_.create(token); }
  std::optional<AccessToken> find(std::string_view id) override { return real_.find(id); }
  std::vector<AccessToken> live_of(std::string_view id, Timestamp now) override { return real_.live_of(id, now); }
  void set_last_used(std::string_view id, Timestamp now) override { real_.set_last_used(id, now); }
  void end(std::string_view id, Timestamp now) override { real_.end(id, now); }
  std::vector<AccessToken> unannounced(std::size_t limit) override { return real_.unannounced(limit); }
  void set_announced(std::string_view id) override { real_.set_announced(id); }
  std::size_t purge(Timestamp before, std::size_t limit) override { return real_.purge(before, limit); }

 private:
  AccessTokenRepository& real_;
};

}  // namespace parley::test
