#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <string>
#include <vector>

#include "cli/backend.h"

namespace parley::cli::test {

/// A back end whose store is this object: what the commands do to it can be looked at. Users and rooms are
/// listed two at a time, so that lists have pages.
class FakeBackend : public Backend {
 public:
  FakeBackend();

  void serve(const Settings& settings, DataFolder* folder) override;
  void run_offline(const Settings& settings, DataFolder* folder, Work work) override;
  Moved move(const Move& move) override;
  void check_database(const std::filesystem::path& file) override;

  Operations operations{};
  std::vector<UserRow> users{};
  std::map<std::string, std::string> passwords{};
  std::vector<RoomRow> rooms{};
  std::vector<NewInvite> invites{};
  std::function<void(const Settings&, DataFolder*)> on_serve{};
  std::vector<Move> moves{};
  int times_opened = 0;  ///< by run_offline
  std::string damage{};  ///< what check_database finds

 private:
  Task<Result<UserRow>> create_user(NewUser user);
  Task<Result<Listing<UserRow>>> list_users(std::string cursor);
  Task<Result<void>> set_password(std::string username, std::string password);
  Task<Result<InviteLink>> make_link(std::string username);
  Task<Result<UserRow>> set_standing(std::string username, Standing standing);
  Task<Result<Listing<RoomRow>>> list_rooms(std::string cursor);
  Task<Result<void>> delete_room(std::string room_id);
  Task<Result<InviteLink>> create_invite(NewInvite invite);
  Task<> run_blocking(std::function<void()> work);
  UserRow* find(std::string_view username);
};

/// Runs a coroutine to its end.
void run_task(std::function<Task<>()> work);

}  // namespace parley::cli::test
