#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace parley {

enum class Visibility { public_room, private_room };
enum class Role { member, admin, owner };  ///< ascending power

std::string_view to_string(Visibility visibility);  ///< "public", "private"
std::string_view to_string(Role role);              ///< "member", "admin", "owner"
std::optional<Visibility> parse_visibility(std::string_view text);
std::optional<Role> parse_role(std::string_view text);

/// A room as its latest state entry left it.
struct Room {
  std::string id;
  std::string name;
  std::string description;
  Visibility visibility = Visibility::public_room;
  std::string owner_id;
  Timestamp created_at{};
  bool deleted = false;
  std::uint64_t member_count = 0;
};

/// A room as one user sees it.
struct RoomView {
  Room room;
  std::optional<Role> role;    ///< that user's; none where they are no member
  std::uint64_t head = 0;      ///< seq of the newest entry
  std::uint64_t messages = 0;  ///< how many messages there have been up to it
};

struct Member {
  std::string user_id;
  std::string username;
  Role role = Role::member;
};

}  // namespace parley
