#include "models/room.h"

namespace parley {

std::string_view to_string(Visibility visibility) {
  return visibility == Visibility::public_room ? "public" : "private";
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::member:
      return "member";
    case Role::admin:
      return "admin";
    case Role::owner:
      return "owner";
  }
  return "member";
}

std::optional<Visibility> parse_visibility(std::string_view text) {
  if (text == "public") return Visibility::public_room;
  if (text == "private") return Visibility::private_room;
  return std::nullopt;
}

std::optional<Role> parse_role(std::string_view text) {
  if (text == "member") return Role::member;
  if (text == "admin") return Role::admin;
  if (text == "owner") return Role::owner;
  return std::nullopt;
}

}  // namespace parley
