#pragma once

#include "repositories/session_repository.h"
#include "repositories/sqlite/database.h"

namespace parley::sqlite {

class SqliteSessionRepository : public SessionRepository {
 public:
  explicit SqliteSessionRepository(Database& database) : database_(database) {}

  void create(const Session& session) override;
  std::optional<Session> find(std::string_view session_id) override;
  std::vector<Session> live_of(std::string_view user_id, Timestamp now) override;
  std::optional<Session> advance(std::string_view session_id, std::uint64_t presented, Timestamp now,
                                 Timestamp expires_at) override;
  void end(std::string_view session_id, Timestamp now) override;
  std::vector<Session> unannounced(std::size_t limit) override;
  void set_announced(std::string_view session_id) override;
  std::size_t purge(Timestamp before, std::size_t limit) override;

 private:
  Database& database_;
};

}  // namespace parley::sqlite
