#include "cli/service_operations.h"

#include "services/accounts.h"
#include "services/rooms.h"

namespace parley::cli {
namespace {

constexpr std::size_t kPage = 500;

UserRow row_of(const User& user) {
  return {user.id, user.username, user.display_name, user.is_admin, user.disabled, user.created_at};
}

RoomRow row_of(const RoomLists::Row& row) {
  return {row.room.id, row.room.name,         std::string(to_string(row.room.visibility)),
          row.owner,   row.room.member_count, row.room.created_at};
}

template <class Row, class Item>
Listing<Row> listing_of(const Page<Item>& page) {
  Listing<Row> listing{.rows = {}, .next_cursor = page.next_cursor};
  for (const auto& item : page.items) listing.rows.push_back(row_of(item));
  return listing;
}

Error no_such_user() {
  return refuse(Code::not_found, "There is no user of that name.");
}

Task<Result<UserRow>> create_user(Accounts& accounts, NewUser user) {
  SignUp::Application application{.username = user.username, .password = user.password};
  if (!user.display_name.empty()) application.display_name = user.display_name;
  const auto power = user.power == Power::admin ? SignUp::Power::admin : SignUp::Power::member;
  auto made = co_await accounts.sign_up.create(std::move(application), power);
  if (!made) co_return made.error();
  co_return row_of(*made);
}

Task<Result<Listing<UserRow>>> list_users(Accounts& accounts, std::string cursor) {
  const auto page = co_await accounts.directory.list(std::string(), std::move(cursor), kPage);
  if (!page) co_return page.error();
  co_return listing_of<UserRow>(*page);
}

Task<Result<InviteLink>> make_password_link(Accounts& accounts, std::string base_url, std::string username) {
  const auto user = co_await accounts.directory.find_by_username(std::move(username));
  if (!user) co_return no_such_user();
  auto made = co_await accounts.directory.create_password_reset(std::string(), user->id);
  if (!made) co_return made.error();
  co_return InviteLink{base_url + "/reset/" + made->token, made->invite.expires_at.value_or(Timestamp())};
}

Task<Result<UserRow>> set_standing(Accounts& accounts, std::string username, Standing standing) {
  const auto user = co_await accounts.directory.find_by_username(std::move(username));
  if (!user) co_return no_such_user();
  const auto wanted =
      standing == Standing::disabled ? UserDirectory::Standing::disabled : UserDirectory::Standing::enabled;
  auto changed = co_await accounts.directory.set_standing(std::string(), user->id, wanted);
  if (!changed) co_return changed.error();
  co_return row_of(*changed);
}

Task<Result<Listing<RoomRow>>> list_rooms(Rooms& rooms, std::string cursor) {
  auto page = co_await rooms.lists.all(std::move(cursor), kPage);
  if (!page) co_return page.error();
  co_return listing_of<RoomRow>(*page);
}

Task<Result<InviteLink>> create_invite(Accounts& accounts, Rooms& rooms, std::string base_url, NewInvite invite) {
  if (!invite.room_id.empty()) {
    const auto room = co_await rooms.rooms.describe(invite.room_id);
    if (!room) co_return refuse(Code::not_found, "There is no room with that id.");
  }
  Invites::Terms terms{.kind = InviteKind::server, .room_id = invite.room_id};
  terms.lifetime = std::chrono::seconds(invite.lifetime_s);
  terms.max_uses = static_cast<std::uint64_t>(invite.uses);
  auto made = co_await accounts.invites.create(std::move(terms));
  if (!made) co_return made.error();
  co_return InviteLink{base_url + "/invite/" + made->token, made->invite.expires_at.value_or(Timestamp())};
}

Task<> run_blocking(WorkerPool& pool, std::function<void()> work) {
  co_await pool.run(std::move(work));
}

}  // namespace

Operations service_operations(Accounts& accounts, Rooms& rooms, WorkerPool& store_pool, std::string base_url,
                              std::function<void(const std::filesystem::path&)> snapshot) {
  Operations operations;
  operations.create_user = [&](NewUser user) { return create_user(accounts, std::move(user)); };
  operations.list_users = [&](std::string cursor) { return list_users(accounts, std::move(cursor)); };
  operations.set_password = [&](std::string username, std::string password) {
    return accounts.password_changes.set(std::move(username), std::move(password));
  };
  operations.make_password_link = [&accounts, base_url](std::string username) {
    return make_password_link(accounts, base_url, std::move(username));
  };
  operations.set_standing = [&](std::string username, Standing standing) {
    return set_standing(accounts, std::move(username), standing);
  };
  operations.list_rooms = [&](std::string cursor) { return list_rooms(rooms, std::move(cursor)); };
  operations.delete_room = [&](std::string room_id) { return rooms.rooms.remove_as_operator(std::move(room_id)); };
  operations.create_invite = [&accounts, &rooms, base_url](NewInvite invite) {
    return create_invite(accounts, rooms, base_url, std::move(invite));
  };
  operations.snapshot = std::move(snapshot);
  operations.run_blocking = [&](std::function<void()> work) { return run_blocking(store_pool, std::move(work)); };
  return operations;
}

}  // namespace parley::cli
