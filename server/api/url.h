#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"

namespace parley::api {

/// A request target in origin form (RFC 9112 section 3.2.1), decoded.
struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};

/// Strict: refused with bad_request are bad escapes, what does not decode to valid UTF-8, a fragment, and a
/// parameter given twice; in the path also control characters (an encoded NUL too), an encoded slash or a backslash,
/// and the segments "." and ".." however they are written. So a path means the same to every reader. A NUL in a
/// parameter is Fields' to refuse, by its name.
Result<Target> parse_target(std::string_view target);

/// application/x-www-form-urlencoded (the WHATWG URL standard's, strict): as the query above.
Result<std::map<std::string, std::string>> parse_form(std::string_view body);

}  // namespace parley::api
