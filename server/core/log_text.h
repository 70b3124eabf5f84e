#pragma once

#include <string>
#include <string_view>

#include "core/log.h"

/// How a line's message and fields are written; time and level come from the logger.
namespace parley::log {

/// message key=value key="value with blanks"
std::string plain_text(std::string_view message, Fields fields);

/// "message","key":"value","number":1 — what follows {"time":…,"level":…,"message": in a JSON line.
std::string json_members(std::string_view message, Fields fields);

}  // namespace parley::log
