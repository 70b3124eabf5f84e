#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace parley {

/// An account.
struct User {
  std::string id;
  std::string username;  ///< never changes; unique by fold_username
  std::string display_name;
  std::string folded_display_name;  ///< what a search compares with (services/text_rules.h)
  std::string password_hash;        ///< argon2id with its parameters, as libsodium writes it
  bool is_admin = false;
  bool disabled = false;
  Timestamp created_at{};
};

/// A username without regard to case: ASCII letters made small, by hand, because a locale's rules (the Turkish
/// dotless i) must not decide who is who.
std::string fold_username(std::string_view username);

/// A sign-in on one device. Its refresh tokens are numbered: the store keeps the newest number only.
struct Session {
  std::string id;
  std::string user_id;
  std::string device;
  Timestamp created_at{};
  Timestamp last_used_at{};
  Timestamp expires_at{};        ///< slides with every refresh
  std::uint64_t generation = 1;  ///< of the newest refresh token
  Timestamp generation_at{};     ///< when that one was made, which is when the one before was first used
  bool ended = false;            ///< kept for a while, so that ending it again is no error
};

/// A personal access token, for bots.
struct AccessToken {
  std::string id;
  std::string user_id;
  std::string name;
  std::string hash;  ///< of the token, which is not kept
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at{};  ///< to about ten minutes
  std::optional<Timestamp> expires_at{};    ///< none: it does not expire
  bool ended = false;
};

enum class InviteKind { server, room, password_reset };

std::string_view to_string(InviteKind kind);  ///< "server", "room", "password_reset"
std::optional<InviteKind> parse_invite_kind(std::string_view text);

/// A link that lets somebody do something: register, join a room, set a new password.
struct Invite {
  std::string id;
  InviteKind kind = InviteKind::server;
  std::string hash;        ///< of the token, which is not kept
  std::string room_id;     ///< of the room it leads to; empty: none
  std::string user_id;     ///< whose password it resets; empty for the other kinds
  std::string created_by;  ///< a user's id; empty: the operator, by the command line
  Timestamp created_at{};
  std::optional<Timestamp> expires_at{};
  std::optional<std::uint64_t> max_uses{};  ///< none: no limit
  std::uint64_t uses = 0;
  bool ended = false;  ///< withdrawn
};

/// Whether it can be used at `now`.
bool is_open(const Invite& invite, Timestamp now);

}  // namespace parley
