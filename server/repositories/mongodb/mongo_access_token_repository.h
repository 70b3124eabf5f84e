#pragma once

#include "repositories/access_token_repository.h"
#include "repositories/mongodb/database.h"

namespace parley::mongodb {

class MongoAccessTokenRepository : public AccessTokenRepository {
 public:
  explicit MongoAccessTokenRepository(Database& database) : database_(database) {}

  void create(const AccessToken& token) override;
  std::optional<AccessToken> find(std::string_view token_id) override;
  std::vector<AccessToken> live_of(std::string_view user_id, Timestamp now) override;
  void set_last_used(std::string_view token_id, Timestamp now) override;
  void end(std::string_view token_id, Timestamp now) override;
  std::vector<AccessToken> unannounced(std::size_t limit) override;
  void set_announced(std::string_view token_id) override;
  std::size_t purge(Timestamp before, std::size_t limit) override;

 private:
  Database& database_;
};

}  // namespace parley::mongodb
