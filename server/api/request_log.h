#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace parley::api {

/// `path` fit for a log: a segment that could be a secret (16 characters or more, neither an id nor a file's name)
/// is replaced by "…". Invites and one-time links have their token in the path.
std::string loggable_path(std::string_view path);

/// What one line says of a request.
struct RequestLine {
  std::string request_id;
  std::string_view method;
  std::string path;  ///< loggable
  std::string address;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

/// Writes a line for each request: refused ones at info, the others at debug. Of refused ones at most 50 a second,
/// then how many were left out: who sends rubbish must not fill the disk.
class RequestLog {
 public:
  void write(const RequestLine& line, int status, std::optional<Code> code);

 private:
  bool may_write_refusal();

  std::chrono::steady_clock::time_point second_began_{};
  int written_ = 0;
  int left_out_ = 0;
};

}  // namespace parley::api
