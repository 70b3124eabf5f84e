#pragma once

#include <functional>

#include "repositories/user_repository.h"

namespace parley::test {

/// The accounts of a real store. Right before a further account or the hash of a password is stored, something else
/// happens, which may throw.
class InterruptedUsers : public UserRepository {
 public:
  InterruptedUsers(UserRepository& real, std::function<void()> meanwhile)
      : real_(real), meanwhile_(std::move(meanwhile)) {}

  bool is_set_up() override { return real_.is_set_up(); }
  Created create_first(const User& user) override { return real_.create_first(user); }
  Created create(const User& user) override {
    meanwhile_();
    return real_.create(user);
  }
  std::optional<User> find(std::string_view id) override { return real_.find(id); }
  std::optional<User> find_by_username(std::string_view name) override { return real_.find_by_username(name); }
  std::vector<User> find_all(std::span<const std::string> ids) override { return real_.find_all(ids); }
  Page<User> list(std::string_view query, std::string_view cursor, std::size_t limit) override {
    return real_.list(query, cursor, limit);
  }
  void set_display_name(std::string_view id, std::string_view name, std::string_view folded) override {
    real_.set_display_name(id, name, folded);
  }
  void set_password_hash(std::string_view id, std::string_view hash) override {
    meanwhile_();
    real_.set_password_hash(id, hash);
  }
  void set_disabled(std::string_view id, bool disabled) override { real_.set_disabled(id, disabled); }
  bool replace_password_hash(std::string_view id, std::string_view old_hash, std::string_view new_hash) override {
    meanwhile_();
    return real_.replace_password_hash(id, old_hash, new_hash);
  }

 private:
  UserRepository& real_;
  std::function<void()> meanwhile_;
};

}  // namespace parley::test
