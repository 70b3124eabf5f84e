#pragma once

#include "repositories/invite_repository.h"
#include "repositories/sqlite/database.h"

namespace parley::sqlite {

class SqliteInviteRepository : public InviteRepository {
 public:
  explicit SqliteInviteRepository(Database& database) : database_(database) {}

  void create(const Invite& invite) override;
  std::optional<Invite> find(std::string_view invite_id) override;
  std::vector<Invite> open_for(InviteKind kind, std::string_view subject, Timestamp now) override;
  Use take_use(std::string_view invite_id, std::string_view user_id, Timestamp now) override;
  void return_use(std::string_view invite_id, std::string_view user_id) override;
  void end(std::string_view invite_id, Timestamp now) override;
  std::size_t purge(Timestamp before, std::size_t limit) override;

 private:
  Database& database_;
};

}  // namespace parley::sqlite
