#include "repositories/sqlite/sqlite_user_repository.h"

#include <SQLiteCpp/Column.h>

namespace parley::sqlite {
namespace {

// Column order as in read_user.
#define PARLEY_USER_COLUMNS \
  "id, username, display_name, folded_display_name, password_hash, is_admin, disabled, created_at"

User read_user(SQLite::Statement& row) {
  User user;
  user.id = row.getColumn(0).getString();
  user.username = row.getColumn(1).getString();
  user.display_name = row.getColumn(2).getString();
  user.folded_display_name = row.getColumn(3).getString();
  user.password_hash = row.getColumn(4).getString();
  user.is_admin = row.getColumn(5).getInt() != 0;
  user.disabled = row.getColumn(6).getInt() != 0;
  user.created_at = from_millis(row.getColumn(7).getInt64());
  return user;
}

std::optional<User> read_one(SQLite::Statement& statement) {
  if (!statement.executeStep()) return std::nullopt;
  return read_user(statement);
}

bool insert_user(Connection& connection, const User& user) {
  auto& insert = connection.statement("INSERT INTO users (" PARLEY_USER_COLUMNS
                                      ", folded_username) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                      "ON CONFLICT (folded_username) DO NOTHING",
                                      user.id, user.username, user.display_name, user.folded_display_name,
                                      user.password_hash, user.is_admin ? 1 : 0, user.disabled ? 1 : 0,
                                      to_millis(user.created_at), fold_username(user.username));
  return insert.exec() == 1;
}

bool has_first_account(Connection& connection) {
  return connection.statement("SELECT 1 FROM first_account").executeStep();
}

}  // namespace

bool SqliteUserRepository::is_set_up() {
  return database_.read(has_first_account);
}

UserRepository::Created SqliteUserRepository::create_first(const User& user) {
  return database_.write([&](Connection& connection) {
    if (has_first_account(connection)) return Created::not_first;
    if (!insert_user(connection, user)) return Created::username_taken;
    connection.statement("INSERT INTO first_account (position, user_id) VALUES (1, ?)", user.id).exec();
    return Created::created;
  });
}

UserRepository::Created SqliteUserRepository::create(const User& user) {
  return database_.write([&](Connection& connection) {
    return insert_user(connection, user) ? Created::created : Created::username_taken;
  });
}

std::optional<User> SqliteUserRepository::find(std::string_view user_id) {
  return database_.read([&](Connection& connection) {
    return read_one(
        connection.statement("SELECT " PARLEY_USER_COLUMNS " FROM users WHERE id = ?", std::string(user_id)));
  });
}

std::optional<User> SqliteUserRepository::find_by_username(std::string_view username) {
  return database_.read([&](Connection& connection) {
    return read_one(connection.statement("SELECT " PARLEY_USER_COLUMNS " FROM users WHERE folded_username = ?",
                                         fold_username(username)));
  });
}

std::vector<User> SqliteUserRepository::find_all(std::span<const std::string> user_ids) {
  return database_.read([&](Connection& connection) {
    std::vector<User> users;
    for (const auto& id : user_ids) {
      auto user = read_one(connection.statement("SELECT " PARLEY_USER_COLUMNS " FROM users WHERE id = ?", id));
      if (user) users.push_back(std::move(*user));
    }
    return users;
  });
}

Page<User> SqliteUserRepository::list(std::string_view folded_query, std::string_view cursor, std::size_t limit) {
  return database_.read([&](Connection& connection) {
    auto& select =
        connection.statement("SELECT " PARLEY_USER_COLUMNS
                             " FROM users WHERE folded_username > ?1 "
                             "AND (?2 = '' OR instr(folded_username, ?2) > 0 OR instr(folded_display_name, ?2) > 0) "
                             "ORDER BY folded_username LIMIT ?3",
                             std::string(cursor), std::string(folded_query), static_cast<std::int64_t>(limit) + 1);
    Page<User> page;
    while (select.executeStep()) page.items.push_back(read_user(select));
    if (page.items.size() > limit) {
      page.items.pop_back();
      page.next_cursor = fold_username(page.items.back().username);
    }
    return page;
  });
}

void SqliteUserRepository::set_display_name(std::string_view user_id, std::string_view name, std::string_view folded) {
  database_.write([&](Connection& connection) {
    connection
        .statement("UPDATE users SET display_name = ?, folded_display_name = ? WHERE id = ?", std::string(name),
                   std::string(folded), std::string(user_id))
        .exec();
  });
}

void SqliteUserRepository::set_password_hash(std::string_view user_id, std::string_view hash) {
  database_.write([&](Connection& connection) {
    connection.statement("UPDATE users SET password_hash = ? WHERE id = ?", std::string(hash), std::string(user_id))
        .exec();
  });
}

void SqliteUserRepository::set_disabled(std::string_view user_id, bool disabled) {
  database_.write([&](Connection& connection) {
    connection.statement("UPDATE users SET disabled = ? WHERE id = ?", disabled ? 1 : 0, std::string(user_id)).exec();
  });
}

bool SqliteUserRepository::replace_password_hash(std::string_view user_id, std::string_view old_hash,
                                                 std::string_view new_hash) {
  return database_.write([&](Connection& connection) {
    auto& update = connection.statement("UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
                                        std::string(new_hash), std::string(user_id), std::string(old_hash));
    return update.exec() == 1;
  });
}

}  // namespace parley::sqlite
