#pragma once

#include <cstddef>
#include <cstdint>

/// The numbers of RFC 6455 that both directions share.
namespace parley::websocket {

/// Section 5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Section 5.5: control frames carry at most this, a close frame's reason two bytes less.
inline constexpr std::size_t kMaxControlPayload = 125;
inline constexpr std::size_t kMaxCloseReason = kMaxControlPayload - 2;

/// Section 7.4.1, and Parley's own from 4000 on. A peer may send others; any value of a frame may be held.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,  ///< never on the wire: stands for a close frame without a code
  invalid_payload = 1007,
  message_too_big = 1009,
  internal_error = 1011,
  signed_out = 4001,
  account_disabled = 4003,
  too_slow = 4008,
  flooding = 4029,
};

/// Whether a close frame may carry this code: those of section 7.4.1 and of IANA's registry that are not
/// reserved, and the ranges for libraries and applications.
[[nodiscard]] constexpr bool may_be_sent(CloseCode code) noexcept {
  const auto value = static_cast<std::uint16_t>(code);
  return (value >= 1000 && value <= 1003) || (value >= 1007 && value <= 1014) || (value >= 3000 && value <= 4999);
}

}  // namespace parley::websocket
