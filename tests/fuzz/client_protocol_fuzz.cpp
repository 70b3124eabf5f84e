#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "core/ids.h"
#include "core/utf8.h"
#include "websocket/commands.h"

// What must hold for a client's text message, whatever it says:
// - it is read as a command whose texts are clean, or refused with a message;
// - the answer is one JSON object, with the ref that could be read, and never one that was not sent.
namespace parley::websocket {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

bool clean(std::string_view text) {
  return utf8::valid(text) && text.find('\0') == std::string_view::npos;
}

void check_command(const Command& command) {
  for (const auto& text : {command.ref, command.room_id, command.key, command.content, command.token}) {
    require(clean(text), "a text is clean");
  }
  require(command.room_id.empty() || is_id(command.room_id), "a room's id has the form of one");
  require(!command.room_id.empty() || command.type == Command::Type::subscribe || command.type == Command::Type::ping ||
              command.type == Command::Type::auth,
          "what needs a room has one");
  require(command.ref.empty() == (command.type == Command::Type::typing), "what is answered has a ref");
}

void check_answer(const std::string& json, std::string_view ref) {
  const auto answer = boost::json::parse(json).as_object();
  const auto* told = answer.if_contains("ref");
  require((told != nullptr) == !ref.empty(), "the answer has a ref where the message had one");
  require(told == nullptr || std::string_view(told->as_string()) == ref, "the answer has the message's ref");
}

void try_message(std::string_view text) {
  const auto parsed = parse_command(text);
  if (!parsed.command) {
    require(!parsed.command.error().message.empty(), "a refusal says why");
    return check_answer(error_json(parsed.ref, parsed.command.error()), parsed.ref);
  }
  check_command(*parsed.command);
  if (!parsed.command->ref.empty()) check_answer(reply_json(parsed.command->ref), parsed.command->ref);
}

}  // namespace
}  // namespace parley::websocket

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::websocket::try_message({reinterpret_cast<const char*>(data), size});
  return 0;
}
