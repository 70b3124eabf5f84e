#include "models/account.h"

namespace parley {

std::string fold_username(std::string_view username) {
  std::string folded(username);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::string_view to_string(InviteKind kind) {
  switch (kind) {
    case InviteKind::server:
      return "server";
    case InviteKind::room:
      return "room";
    case InviteKind::password_reset:
      return "password_reset";
  }
  return "server";
}

std::optional<InviteKind> parse_invite_kind(std::string_view text) {
  if (text == "server") return InviteKind::server;
  if (text == "room") return InviteKind::room;
  if (text == "password_reset") return InviteKind::password_reset;
  return std::nullopt;
}

bool is_open(const Invite& invite, Timestamp now) {
  if (invite.ended) return false;
  if (invite.expires_at && *invite.expires_at <= now) return false;
  return !invite.max_uses || invite.uses < *invite.max_uses;
}

}  // namespace parley
