#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <filesystem>
#include <optional>

#include "cli/control_protocol.h"

namespace parley::cli {

inline constexpr std::chrono::minutes kMostCommandTime{60};

/// Asks the server behind `socket` to run a command. Nothing where no server listens there. Blocking: the
/// answer to a backup may take minutes. Throws std::system_error; ETIMEDOUT when the server is silent for `patience`.
std::optional<Result<boost::json::object>> ask_server(const std::filesystem::path& socket,
                                                      const ControlRequest& request,
                                                      std::chrono::milliseconds patience = kMostCommandTime);

}  // namespace parley::cli
