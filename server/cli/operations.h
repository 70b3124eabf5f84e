#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/task.h"
#include "core/time.h"

namespace parley::cli {

/// A user as the operator sees it.
struct UserRow {
  std::string id;
  std::string username;
  std::string display_name;
  bool is_admin = false;
  bool is_disabled = false;
  Timestamp created_at{};
};

/// A room as the operator sees it.
struct RoomRow {
  std::string id;
  std::string name;
  std::string visibility;  ///< "public", "private"
  std::string owner;       ///< user name, or the id where the name is not at hand
  std::uint64_t member_count = 0;
  Timestamp created_at{};
};

enum class Power { member, admin };
enum class Standing { enabled, disabled };

struct NewUser {
  std::string username;
  std::string password;
  std::string display_name;  ///< empty: the username
  Power power = Power::member;
};

struct NewInvite {
  std::int64_t uses = 1;        ///< how many may register with it
  std::int64_t lifetime_s = 0;  ///< seconds from now
  std::string room_id{};        ///< whoever registers with it joins this room; empty: none
};

struct InviteLink {
  std::string url;  ///< shown once; the store keeps a hash
  Timestamp expires_at{};
};

template <class Row>
struct Listing {
  std::vector<Row> rows;
  std::string next_cursor{};  ///< empty: that was all
};

/// What the commands need of the services. Main binds each to a service; every function runs on the io
/// thread, refuses with a Result and throws where infrastructure fails. None may be empty.
struct Operations {
  std::function<Task<Result<UserRow>>(NewUser)> create_user;
  /// Some users after the cursor (empty: from the start), at most 500.
  std::function<Task<Result<Listing<UserRow>>>(std::string cursor)> list_users;
  /// Sets a password and ends all of the user's sessions. By user name, without regard to case.
  std::function<Task<Result<void>>(std::string username, std::string password)> set_password;
  /// A one-time link with which the user chooses a new password.
  std::function<Task<Result<InviteLink>>(std::string username)> make_password_link;
  /// Disabling ends all of the user's sessions.
  std::function<Task<Result<UserRow>>(std::string username, Standing)> set_standing;
  /// Some rooms that are not deleted after the cursor (empty: from the start), at most 500.
  std::function<Task<Result<Listing<RoomRow>>>(std::string cursor)> list_rooms;
  std::function<Task<Result<void>>(std::string room_id)> delete_room;
  std::function<Task<Result<InviteLink>>(NewInvite)> create_invite;
  /// Blocking, for a worker: writes one consistent state of the store into `target`, an empty file, while
  /// writers go on, checks it and fsyncs it. Throws StoreUnavailable with the reason.
  std::function<void(const std::filesystem::path& target)> snapshot;
  /// Runs blocking work on a worker and rethrows what it throws.
  std::function<Task<>(std::function<void()> work)> run_blocking;
};

}  // namespace parley::cli
