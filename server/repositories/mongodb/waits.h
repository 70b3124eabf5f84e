#pragma once

#include <chrono>
#include <cstdint>

namespace parley::mongodb {

// So short that whoever waits for an answer has one within 10 s, whatever happens: a call waits for a client of the
// pool, for a primary, for the link, for the reply.
inline constexpr std::int32_t kPoolWaitMs = 1000;
inline constexpr std::int32_t kSelectionMs = 3000;
inline constexpr std::int32_t kConnectMs = 3000;
inline constexpr std::int32_t kSocketMs = 4000;
inline constexpr std::int32_t kMajorityMs = 3000;  ///< wtimeout: the server says so before the socket gives up
inline constexpr std::int32_t kReadMs = 3000;      ///< maxTimeMS, likewise

/// A call that failed sooner than this is made once more where it may be.
inline constexpr auto kAgainWithin = std::chrono::milliseconds(1500);

}  // namespace parley::mongodb
