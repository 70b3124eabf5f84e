#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "core/result.h"

namespace parley {

/// The JSON object that `text` is, for requests and WebSocket commands. Refused with malformed_json: what is not
/// RFC 8259 in valid UTF-8, nesting deeper than 8, a member named twice (which parsers disagree on) and an
/// unpaired surrogate; with validation_failed: anything but an object. Needs time and memory in proportion to the
/// text, which the caller bounds. NUL in strings is well-formed; text rules refuse it (api/fields.h).
Result<boost::json::object> parse_json_object(std::string_view text);

}  // namespace parley
