#pragma once

#include <string>
#include <string_view>

namespace parley {

/// "Firefox on Linux", from a User-Agent header; where none of it is known, its beginning; "Unknown device" for an
/// empty one. At most 128 characters, printable ASCII.
std::string device_name(std::string_view user_agent);

}  // namespace parley
