#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "models/entry.h"

namespace parley {

/// An entry as instances send it to each other: a JSON object with the whole envelope; the body goes as text, so
/// that every instance delivers it byte for byte as stored.
std::string entry_payload(const Entry& entry);

/// The entry, which belongs to `stream` (the channel it came on).
Result<Entry> parse_entry_payload(std::string_view stream, std::string_view payload);

}  // namespace parley
