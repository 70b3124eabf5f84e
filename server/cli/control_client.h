#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>

#include "cli/control_protocol.h"

namespace parley::cli {

/// Asks the server behind `socket` to run a command. Nothing where no server listens there. Blocking: the
/// answer to a backup may take minutes. Throws std::system_error.
std::optional<Result<boost::json::object>> ask_server(const std::filesystem::path& socket,
                                                      const ControlRequest& request);

}  // namespace parley::cli
