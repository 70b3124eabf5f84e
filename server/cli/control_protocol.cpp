#include "cli/control_protocol.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <sys/un.h>

namespace parley::cli {
namespace {

using boost::json::object;

std::string text_of(const object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const object* object_of(const object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr ? value->if_object() : nullptr;
}

object parse_object(std::string_view line) {
  boost::system::error_code ec;
  auto value = boost::json::parse({line.data(), line.size()}, ec);
  return ec || !value.is_object() ? object{} : std::move(value.get_object());
}

/// A newer server may know codes that this client does not; what it does with them all is the same.
Code code_of(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Code::outcome_unknown); ++i) {
    if (kind_of(static_cast<Code>(i)).name == name) return static_cast<Code>(i);
  }
  return Code::internal;
}

}  // namespace

std::string request_line(const ControlRequest& request) {
  return boost::json::serialize(object{{"command", request.command}, {"args", request.args}}) + "\n";
}

std::string answer_line(const Result<object>& answer) {
  if (answer) return boost::json::serialize(object{{"ok", true}, {"result", *answer}}) + "\n";
  const auto& error = answer.error();
  const auto& kind = kind_of(error.code);
  object told{{"code", kind.name}, {"message", error.message.empty() ? kind.title : std::string_view(error.message)}};
  if (!error.field.empty()) told["field"] = error.field;
  return boost::json::serialize(object{{"ok", false}, {"error", std::move(told)}}) + "\n";
}

Result<ControlRequest> parse_request(std::string_view line) {
  const auto request = parse_object(line);
  const auto command = text_of(request, "command");
  const auto* args = object_of(request, "args");
  if (command.empty() || args == nullptr || request.size() != 2) {
    return refuse(Code::bad_request, R"(a request is one line {"command": "...", "args": {...}})");
  }
  return ControlRequest{command, *args};
}

Result<object> parse_answer(std::string_view line) {
  const auto answer = parse_object(line);
  if (const auto* result = object_of(answer, "result")) return *result;
  if (const auto* error = object_of(answer, "error")) {
    return Error{code_of(text_of(*error, "code")), text_of(*error, "message"), text_of(*error, "field")};
  }
  return refuse(Code::internal, "the server's answer can't be read");
}

SocketPath::SocketPath(const std::filesystem::path& socket) : text_(socket.string()) {
  if (text_.size() < sizeof(sockaddr_un::sun_path)) return;
  folder_ = open_file(socket.parent_path(), O_PATH | O_DIRECTORY);
  text_ = "/proc/self/fd/" + std::to_string(folder_.fd()) + "/" + socket.filename().string();
}

}  // namespace parley::cli
