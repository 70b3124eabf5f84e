#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace parley::api {

/// `path` fit for a log: what could be a secret in it (16 letters, digits, _ and - or more, and no id) is replaced by
/// "…", but not in the path of an embedded file. Invites and one-time links have their token in the path.
std::string loggable_path(std::string_view path);

/// What one line says of a request.
struct RequestLine {
  std::string request_id;
  std::string_view method;
  std::string path;  ///< loggable
  std::string address;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

/// Writes a line for a request: one refused with a code at info, any other at debug, whatever its status (that of
/// /readyz is its answer). Floods are core/log.h's to bound.
void log_request(const RequestLine& line, int status, std::optional<Code> code);

}  // namespace parley::api
