#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/task.h"

namespace parley {

/// Counts that all instances share (failed attempts to sign in). They lie with the bus and go with it. Io thread.
class SharedCounters {
 public:
  virtual ~SharedCounters() = default;

  /// Adds one; the count starts anew when `window` is over since its first. Never waits: what can't be sent now is
  /// dropped.
  virtual void add(std::string_view name, std::chrono::seconds window) = 0;

  struct Count {
    std::uint64_t value = 0;
    std::chrono::seconds left{};  ///< until it starts anew
  };
  /// Zero where nothing was counted; nothing where the bus is away.
  virtual Task<std::optional<Count>> read(std::string name) = 0;
};

}  // namespace parley
