#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace parley {

/// Wall-clock time, UTC, in milliseconds since 1970-01-01 (what entries and the protocol carry).
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// RFC 3339 in UTC with milliseconds, e.g. 2026-01-02T03:04:05.678Z.
std::string to_rfc3339(Timestamp timestamp);

inline std::int64_t to_millis(Timestamp timestamp) {
  return timestamp.time_since_epoch().count();
}
inline Timestamp from_millis(std::int64_t millis) {
  return Timestamp{std::chrono::milliseconds{millis}};
}

/// The wall clock, replaceable in tests. Deadlines and time-outs use the steady one instead: it never jumps.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const;
  virtual std::chrono::steady_clock::time_point steady_now() const;
};

}  // namespace parley
