#pragma once

#include "repositories/mongodb/database.h"
#include "repositories/user_repository.h"

namespace parley::mongodb {

class MongoUserRepository : public UserRepository {
 public:
  explicit MongoUserRepository(Database& database) : database_(database) {}

  bool is_set_up() override;
  Created create_first(const User& user) override;
  Created create(const User& user) override;
  std::optional<User> find(std::string_view user_id) override;
  std::optional<User> find_by_username(std::string_view username) override;
  std::vector<User> find_all(std::span<const std::string> user_ids) override;
  Page<User> list(std::string_view folded_query, std::string_view cursor, std::size_t limit) override;
  void set_display_name(std::string_view user_id, std::string_view name, std::string_view folded) override;
  void set_password_hash(std::string_view user_id, std::string_view hash) override;
  void set_disabled(std::string_view user_id, bool disabled) override;
  bool replace_password_hash(std::string_view user_id, std::string_view old_hash, std::string_view new_hash) override;

 private:
  Database& database_;
};

}  // namespace parley::mongodb
