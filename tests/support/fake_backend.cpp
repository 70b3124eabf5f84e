#include "support/fake_backend.h"

#include <algorithm>
#include <fstream>

namespace parley::cli::test {
namespace {

constexpr std::size_t kPage = 2;

template <class Row>
Listing<Row> page_of(const std::vector<Row>& all, const std::string& cursor) {
  const std::size_t start = cursor.empty() ? 0 : std::stoul(cursor);
  const std::size_t end = std::min(all.size(), start + kPage);
  return {{all.begin() + static_cast<long>(start), all.begin() + static_cast<long>(end)},
          end < all.size() ? std::to_string(end) : ""};
}

}  // namespace

FakeBackend::FakeBackend() {
  operations.create_user = [this](NewUser user) { return create_user(std::move(user)); };
  operations.list_users = [this](std::string cursor) { return list_users(std::move(cursor)); };
  operations.set_password = [this](std::string name, std::string password) { return set_password(name, password); };
  operations.make_password_link = [this](std::string name) { return make_link(std::move(name)); };
  operations.set_standing = [this](std::string name, Standing standing) { return set_standing(name, standing); };
  operations.list_rooms = [this](std::string cursor) { return list_rooms(std::move(cursor)); };
  operations.delete_room = [this](std::string id) { return delete_room(std::move(id)); };
  operations.create_invite = [this](NewInvite invite) { return create_invite(std::move(invite)); };
  operations.snapshot = [](const std::filesystem::path& target) { std::ofstream(target) << "the database"; };
  operations.run_blocking = [this](std::function<void()> work) { return run_blocking(std::move(work)); };
}

void FakeBackend::serve(const Settings& settings, DataFolder* folder) {
  if (on_serve) on_serve(settings, folder);
}

void FakeBackend::run_offline(const Settings&, DataFolder*, Work work) {
  ++times_opened;
  run_task([this, &work] { return work(operations); });
}

Backend::Moved FakeBackend::move(const Move& move) {
  moves.push_back(move);
  move.told("users", 2);
  return {5, 3};
}

void FakeBackend::check_database(const std::filesystem::path&) {
  if (!damage.empty()) throw StoreUnavailable(damage);
}

UserRow* FakeBackend::find(std::string_view username) {
  for (auto& user : users) {
    if (user.username == username) return &user;
  }
  return nullptr;
}

Task<Result<UserRow>> FakeBackend::create_user(NewUser user) {
  if (find(user.username) != nullptr) co_return refuse(Code::username_taken);
  if (user.password.size() < 8) co_return invalid("password", "must have 8 characters or more");
  users.push_back({"id-" + user.username, user.username, user.display_name, user.power == Power::admin, false, {}});
  passwords[user.username] = user.password;
  co_return users.back();
}

Task<Result<Listing<UserRow>>> FakeBackend::list_users(std::string cursor) {
  co_return page_of(users, cursor);
}

Task<Result<void>> FakeBackend::set_password(std::string username, std::string password) {
  if (find(username) == nullptr) co_return refuse(Code::not_found, "there is no user '" + username + "'");
  passwords[username] = password;
  co_return Result<void>();
}

Task<Result<InviteLink>> FakeBackend::make_link(std::string username) {
  co_return InviteLink{"http://localhost:8000/reset/" + username, {}};
}

Task<Result<UserRow>> FakeBackend::set_standing(std::string username, Standing standing) {
  auto* user = find(username);
  if (user == nullptr) co_return refuse(Code::not_found, "there is no user '" + username + "'");
  user->is_disabled = standing == Standing::disabled;
  co_return *user;
}

Task<Result<Listing<RoomRow>>> FakeBackend::list_rooms(std::string cursor) {
  co_return page_of(rooms, cursor);
}

Task<Result<void>> FakeBackend::delete_room(std::string room_id) {
  if (std::erase_if(rooms, [&](const auto& room) { return room.id == room_id; }) == 0) {
    co_return refuse(Code::not_found, "there is no room '" + room_id + "'");
  }
  co_return Result<void>();
}

Task<Result<InviteLink>> FakeBackend::create_invite(NewInvite invite) {
  invites.push_back(invite);
  co_return InviteLink{"http://localhost:8000/invite/secret", Timestamp{std::chrono::seconds(invite.lifetime_s)}};
}

Task<> FakeBackend::run_blocking(std::function<void()> work) {
  work();
  co_return;
}

void run_task(std::function<Task<>()> work) {
  boost::asio::io_context io;
  spawn_logged(io.get_executor(), "test", std::move(work));
  io.run();
}

}  // namespace parley::cli::test
