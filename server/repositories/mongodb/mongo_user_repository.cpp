#include "repositories/mongodb/mongo_user_repository.h"

#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

constexpr const char* kFirst = "first_account";

Document to_document(const User& user) {
  return by_id(user.id)
      .set("username", user.username)
      .set("folded_username", fold_username(user.username))
      .set("display_name", user.display_name)
      .set("folded_display_name", user.folded_display_name)
      .set("password_hash", user.password_hash)
      .set("is_admin", user.is_admin)
      .set("disabled", user.disabled)
      .set("created_at", user.created_at);
}

User to_user(const Document& document) {
  User user;
  user.id = document.text("_id");
  user.username = document.text("username");
  user.display_name = document.text("display_name");
  user.folded_display_name = document.text("folded_display_name");
  user.password_hash = document.text("password_hash");
  user.is_admin = document.flag("is_admin");
  user.disabled = document.flag("disabled");
  user.created_at = document.time("created_at");
  return user;
}

std::optional<User> to_user(const std::optional<Document>& document) {
  return document ? std::optional(to_user(*document)) : std::nullopt;
}

/// Who is the first carries the whole account until it is among the others, so that whoever finds it can finish what
/// its maker did not live to finish.
void finish_first(Database& database, const Document& first) {
  const auto user = first.child("user");
  if (!user) return;
  database.insert_new(kUsers, *user);
  database.update(kDeployment, by_id(kFirst), Document().set("$unset", Document().set("user", "")));
}

}  // namespace

bool MongoUserRepository::is_set_up() {
  const auto first = database_.find_by_id(kDeployment, kFirst);
  if (first) finish_first(database_, *first);
  return first.has_value();
}

UserRepository::Created MongoUserRepository::create_first(const User& user) {
  if (is_set_up()) return Created::not_first;
  const auto first = by_id(kFirst).set("user_id", user.id).set("user", to_document(user));
  const auto winner = database_.insert_or_find(kDeployment, first);
  finish_first(database_, winner);
  return winner.text("user_id") == user.id ? Created::created : Created::not_first;
}

UserRepository::Created MongoUserRepository::create(const User& user) {
  if (database_.insert_new(kUsers, to_document(user))) return Created::created;
  // Refused by the name, or by itself where the first try's reply was lost.
  return find(user.id) ? Created::created : Created::username_taken;
}

std::optional<User> MongoUserRepository::find(std::string_view user_id) {
  return to_user(database_.find_by_id(kUsers, user_id));
}

std::optional<User> MongoUserRepository::find_by_username(std::string_view username) {
  return to_user(database_.find_one(kUsers, Document().set("folded_username", fold_username(username))));
}

std::vector<User> MongoUserRepository::find_all(std::span<const std::string> user_ids) {
  std::vector<User> users;
  for (const auto& document : database_.find_by_ids(kUsers, user_ids)) users.push_back(to_user(document));
  return users;
}

Page<User> MongoUserRepository::list(std::string_view folded_query, std::string_view cursor, std::size_t limit) {
  Query query;
  query.filter = compare("folded_username", "$gt", cursor);
  if (!folded_query.empty()) {
    const auto pattern = literal_pattern(folded_query);
    const std::vector<Document> either{Document().set_regex("folded_username", pattern),
                                       Document().set_regex("folded_display_name", pattern)};
    query.filter.set("$or", std::span(either));
  }
  query.sort = Document().set_int32("folded_username", 1);
  query.limit = static_cast<std::int64_t>(limit) + 1;
  Page<User> page;
  for (const auto& document : database_.find(kUsers, query)) page.items.push_back(to_user(document));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next_cursor = fold_username(page.items.back().username);
  }
  return page;
}

void MongoUserRepository::set_display_name(std::string_view user_id, std::string_view name, std::string_view folded) {
  const auto names = Document().set("display_name", name).set("folded_display_name", folded);
  database_.update(kUsers, by_id(user_id), set_to(names));
}

void MongoUserRepository::set_password_hash(std::string_view user_id, std::string_view hash) {
  database_.update(kUsers, by_id(user_id), set_to(Document().set("password_hash", hash)));
}

void MongoUserRepository::set_disabled(std::string_view user_id, bool disabled) {
  database_.update(kUsers, by_id(user_id), set_to(Document().set("disabled", disabled)));
}

bool MongoUserRepository::replace_password_hash(std::string_view user_id, std::string_view old_hash,
                                                std::string_view new_hash) {
  const auto found = database_.update(kUsers, by_id(user_id).set("password_hash", old_hash),
                                      set_to(Document().set("password_hash", new_hash)));
  if (found == 1) return true;
  // Not found for another's change, or for its own where the first try's reply was lost.
  const auto user = find(user_id);
  return user && user->password_hash == new_hash;
}

}  // namespace parley::mongodb
