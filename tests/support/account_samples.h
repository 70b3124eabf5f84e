#pragma once

#include <string>

#include "core/ids.h"
#include "models/account.h"

namespace parley::test {

inline constexpr Timestamp kNoon = Timestamp{std::chrono::milliseconds{1'750'000'000'000}};
inline constexpr Timestamp kLater = kNoon + std::chrono::seconds(60);

inline User sample_user(std::string username) {
  User user;
  user.id = new_id();
  user.display_name = "Display of " + username;
  user.folded_display_name = "display of " + fold_username(username);
  user.username = std::move(username);
  user.password_hash = "$argon2id$sample";
  user.created_at = kNoon;
  return user;
}

inline Session sample_session(std::string user_id) {
  Session session;
  session.id = new_id();
  session.user_id = std::move(user_id);
  session.device = "Firefox on Linux";
  session.created_at = session.last_used_at = session.generation_at = kNoon;
  session.expires_at = kNoon + std::chrono::hours(24);
  return session;
}

inline AccessToken sample_access_token(std::string user_id) {
  AccessToken token;
  token.id = new_id();
  token.user_id = std::move(user_id);
  token.name = "build bot";
  token.hash = "hash of the token";
  token.created_at = kNoon;
  return token;
}

inline Invite sample_invite(InviteKind kind = InviteKind::server) {
  Invite invite;
  invite.id = new_id();
  invite.kind = kind;
  invite.hash = "hash of the token";
  invite.created_by = new_id();
  invite.created_at = kNoon;
  return invite;
}

}  // namespace parley::test
