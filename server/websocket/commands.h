#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace parley::websocket {

/// What a client sends (asyncapi.yaml, DESIGN section 4).
struct Command {
  enum class Type { subscribe, unsubscribe, send, typing, ping, auth };
  Type type = Type::ping;
  std::string ref;                       ///< empty: there was none
  std::string room_id;                   ///< of subscribe, unsubscribe, send and typing; empty: the user's own stream
  std::optional<std::uint64_t> after{};  ///< subscribe
  std::string key{};                     ///< send
  std::string content{};                 ///< send
  std::string token{};                   ///< auth
};

/// A command, or why it is none; `ref` is then what could still be read of it.
struct ParsedCommand {
  Result<Command> command;
  std::string ref;
};

/// Reads one text message, strictly: an unknown type or field, a missing one or a wrong type is refused by name.
ParsedCommand parse_command(std::string_view text);

// What the server sends that is no entry.

std::string hello_json(std::string_view user_json, std::uint64_t user_head);
std::string reply_json(std::string_view ref);
std::string reply_json(std::string_view ref, std::uint64_t head, bool reset);
std::string sent_json(std::string_view ref, std::uint64_t seq, std::string_view timestamp);
std::string error_json(std::string_view ref, const Error& error);

}  // namespace parley::websocket
