#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/utf8.h"
#include "websocket/mask.h"
#include "websocket/protocol.h"

namespace parley::websocket {

/// What a client's bytes amount to.
struct Event {
  enum class Kind : std::uint8_t {
    need_more,  ///< the input is used up; come back with more of it
    text,       ///< a whole message; the payload is valid UTF-8
    ping,       ///< to be answered with a pong of the same payload
    pong,
    close,  ///< the peer's code (no_status if it gave none); the payload is its reason. The last event
    error,  ///< the peer broke the protocol: close with the code; the payload says why, in English. The last
            /// event
  };

  Kind kind = Kind::need_more;
  CloseCode code = CloseCode::no_status;  ///< of close and error
  std::string_view payload;
};

/// Decodes one connection's incoming frames, in the server's role (RFC 6455). It does no I/O, never throws,
/// and never reads past its input. One thread at a time.
///
/// All connections can share one read buffer, since a decoder keeps nothing but what is incomplete: a message
/// that lies wholly in the input is unmasked there and handed out as a view of it, without a copy and without
/// an allocation. Only the start of a message whose end is still to come is copied into a buffer of its own,
/// which grows with what was received, not with what a header announces, and is freed once the message has
/// been handed out. A message over the limit is refused by the header that announces it, and text at its
/// first bad byte, so both before they are complete.
class Decoder {
 public:
  static constexpr std::uint32_t kDefaultLimit = 64 * 1024;
  static constexpr std::uint32_t kLargestLimit = 1024 * 1024 * 1024;

  /// `message_limit`: the most bytes that a message may have, all its fragments together; at most
  /// kLargestLimit.
  explicit Decoder(std::uint32_t message_limit = kDefaultLimit) noexcept;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Takes bytes off the front of `input`, rewriting them, until there is something to tell. To be called
  /// until it says need_more, which it does only with the input used up. An event's payload is valid until
  /// the next call, and while the input's memory is left alone. After close and error all further input is
  /// discarded unseen (sections 5.5.1 and 7.1.7).
  [[nodiscard]] Event next(std::span<char>& input) noexcept;

  /// Heap bytes held right now, of which there are none while no message is incomplete. Never more than the
  /// limit and a control frame's payload together.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return capacity_; }

 private:
  enum class Phase : std::uint8_t { start, length16, length64, mask, payload, finished };

  // Why the peer's bytes are refused; they are not if `why` is empty.
  struct Refusal {
    CloseCode code = CloseCode::no_status;
    std::string_view why;
  };

  [[nodiscard]] Event read_header(std::span<char>& input) noexcept;
  [[nodiscard]] const unsigned char* take(std::span<char>& input, std::size_t count) noexcept;
  [[nodiscard]] Refusal read_start(const unsigned char* bytes) noexcept;
  [[nodiscard]] Refusal check_opcode(unsigned length) const noexcept;
  void begin_frame() noexcept;
  [[nodiscard]] Refusal read_length(const unsigned char* bytes) noexcept;
  [[nodiscard]] Refusal accept_length(std::uint64_t length) noexcept;

  [[nodiscard]] Event read_payload(std::span<char>& input) noexcept;
  [[nodiscard]] Event control_payload(std::string_view chunk) noexcept;
  [[nodiscard]] Event control_event(std::string_view payload) noexcept;
  [[nodiscard]] Event close_event(std::string_view payload) noexcept;
  [[nodiscard]] Event message_payload(std::string_view chunk) noexcept;
  [[nodiscard]] Event fail(Refusal refusal) noexcept;

  [[nodiscard]] std::size_t stored() const noexcept { return std::size_t{message_size_} + control_size_; }
  [[nodiscard]] bool store(std::string_view chunk) noexcept;
  [[nodiscard]] bool grow(std::size_t needed) noexcept;
  void release() noexcept;

  [[nodiscard]] bool is_control() const noexcept { return static_cast<unsigned>(opcode_) >= 8; }

  std::unique_ptr<char[]> buffer_;  // what came of the unfinished message, then of a control frame within it
  std::uint32_t capacity_ = 0;      // of buffer_
  std::uint32_t message_size_ = 0;  // bytes of the message in buffer_
  std::uint32_t limit_;
  std::uint32_t remaining_ = 0;             // bytes of the current frame's payload still to come
  MaskKey mask_ = 0;                        // for the next of them
  std::array<unsigned char, 8> pending_{};  // a part of a header that was cut in two
  std::uint8_t pending_size_ = 0;
  std::uint8_t control_size_ = 0;  // bytes of the control frame in buffer_
  Phase phase_ = Phase::start;
  Opcode opcode_ = Opcode::text;  // of the current frame
  bool final_ = false;            // the current frame ends its message
  bool message_open_ = false;     // a message has begun, and its last frame has not
  utf8::Validator utf8_;          // over the message so far
};

static_assert(sizeof(Decoder) <= 48, "what every idle connection pays");

}  // namespace parley::websocket
