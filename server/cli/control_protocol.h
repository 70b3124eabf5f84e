#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/file.h"
#include "core/result.h"

namespace parley::cli {

/// What command line and server say to each other through the control socket: one line of JSON each way, then
/// the connection is closed.
///   {"command": "user create", "args": {…}}
///   {"ok": true, "result": {…}}   or   {"ok": false, "error": {"code", "message", "field"?}}
struct ControlRequest {
  std::string command;
  boost::json::object args;
};

inline constexpr std::size_t kMostRequestBytes = 64 * 1024;
inline constexpr std::size_t kMostAnswerBytes = 4 * 1024 * 1024;
/// For what has to come or go at once; a command itself takes as long as it takes (a backup, minutes).
inline constexpr std::chrono::seconds kLineDeadline{10};

/// Each with its newline.
std::string request_line(const ControlRequest& request);
std::string answer_line(const Result<boost::json::object>& answer);

/// bad_request where the line is not a request.
Result<ControlRequest> parse_request(std::string_view line);
/// What was answered; `internal` where the line is not an answer.
Result<boost::json::object> parse_answer(std::string_view line);

/// The socket's path as the system calls take it: they allow 107 bytes, so one that is longer goes through
/// the folder's descriptor. Valid as long as the object lives.
class SocketPath {
 public:
  explicit SocketPath(const std::filesystem::path& socket);
  const std::string& text() const { return text_; }

 private:
  File folder_;
  std::string text_;
};

}  // namespace parley::cli
