#include "websocket/encoder.h"

#include <array>
#include <cassert>
#include <cstdint>

namespace parley::websocket {
namespace {

// Section 5.2: the shortest form that holds the length, in network byte order.
class FrameHeader {
 public:
  FrameHeader(Opcode opcode, std::uint64_t length) noexcept {
    constexpr unsigned kFin = 0x80;
    put(kFin | static_cast<unsigned>(opcode));
    if (length < 126) {
      put(static_cast<unsigned>(length));
    } else if (length <= 0xFFFF) {
      put(126);
      put_length(length, 2);
    } else {
      put(127);
      put_length(length, 8);
    }
  }

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  void put(unsigned byte) noexcept { bytes_[size_++] = static_cast<char>(byte); }
  void put_length(std::uint64_t length, int bytes) noexcept {
    while (bytes-- > 0) put(static_cast<unsigned>(length >> (8 * bytes) & 0xFF));
  }

  std::array<char, 10> bytes_;
  std::size_t size_ = 0;
};

SharedBytes frame(Opcode opcode, std::string_view payload) {
  return SharedBytes::join(FrameHeader(opcode, payload.size()).view(), payload);
}

SharedBytes control_frame(Opcode opcode, std::string_view payload) {
  assert(payload.size() <= kMaxControlPayload);
  return frame(opcode, payload);
}

std::string_view cut_reason(std::string_view reason) noexcept {
  if (reason.size() <= kMaxCloseReason) return reason;
  std::size_t size = kMaxCloseReason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) --size;
  return reason.substr(0, size);
}

}  // namespace

SharedBytes text_frame(std::string_view payload) {
  return frame(Opcode::text, payload);
}

SharedBytes ping_frame(std::string_view payload) {
  return control_frame(Opcode::ping, payload);
}

SharedBytes pong_frame(std::string_view payload) {
  return control_frame(Opcode::pong, payload);
}

SharedBytes close_frame(CloseCode code, std::string_view reason) {
  if (code == CloseCode::no_status) return control_frame(Opcode::close, {});
  assert(may_be_sent(code));
  const std::string_view kept = cut_reason(reason);
  const auto value = static_cast<std::uint16_t>(code);
  std::array<char, kMaxControlPayload> payload;
  payload[0] = static_cast<char>(value >> 8);
  payload[1] = static_cast<char>(value & 0xFF);
  kept.copy(payload.data() + 2, kept.size());
  return control_frame(Opcode::close, {payload.data(), 2 + kept.size()});
}

}  // namespace parley::websocket
