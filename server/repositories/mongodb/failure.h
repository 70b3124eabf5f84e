#pragma once

#include <optional>
#include <string>

#include "repositories/mongodb/document.h"

namespace parley::mongodb {

/// What became of a write that the server answered.
struct WriteResult {
  std::int64_t count = 0;                ///< documents inserted, matched, or deleted
  std::optional<std::size_t> refused{};  ///< the first document whose key there is already, by its place
};

/// What the driver says of a call.
struct DriverError {
  std::uint32_t domain = 0;
  std::uint32_t code = 0;
  std::string text;
};

/// Judges a write: gives what was acknowledged, by a majority and on disk. Throws OutcomeUnknown where it may have been
/// written but was not acknowledged (no reply, a write concern that was not met, also beside a duplicate key, an
/// interrupted command), StoreUnavailable where nothing was. `reply` is empty where there was none.
WriteResult judge_write(const Document& reply, const DriverError& error);

/// The same for a read: nothing was written. Throws.
[[noreturn]] void refuse_read(const DriverError& error);

/// Whether the call failed in a way that passes by itself: the link broke, or the primary changed.
bool is_passing(const DriverError& error);

/// Whether the server gave no answer at all.
bool is_silence(const DriverError& error);

}  // namespace parley::mongodb
