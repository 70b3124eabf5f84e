#pragma once

#include <string>

#include "models/entry.h"
#include "models/state_change.h"

namespace parley::test {

inline const std::string kRoom = "r/01j9z4c0d2e4f6g8h0j2k4m6n8";

/// A message at `seq`, as if everything before it were messages, too.
inline Entry message_at(std::uint64_t seq, const std::string& stream = kRoom) {
  Entry entry;
  entry.stream = stream;
  entry.seq = seq;
  entry.kind = kind::message;
  entry.user_id = "ada";
  entry.username = "ada";
  entry.key = "k" + std::to_string(seq);
  entry.messages = seq;
  entry.body = message_body("message " + std::to_string(seq));
  return entry;
}

inline Entry removal_at(std::uint64_t seq, const std::string& user_id, const std::string& stream = kRoom) {
  auto entry = message_at(seq, stream);
  entry.kind = kind::member_removed;
  entry.body = member_body({user_id, user_id, Role::member});
  entry.membership = seq;
  return entry;
}

}  // namespace parley::test
