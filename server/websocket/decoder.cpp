#include "websocket/decoder.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <utility>

namespace parley::websocket {
namespace {

constexpr std::uint32_t kSmallestBuffer = 128;

constexpr bool is_known(Opcode opcode) noexcept {
  return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

std::string_view view_of(std::span<char> bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

}  // namespace

Decoder::Decoder(std::uint32_t message_limit) noexcept : limit_(message_limit) {
  assert(message_limit <= kLargestLimit);
}

Event Decoder::next(std::span<char>& input) noexcept {
  if (stored() == 0) release();  // the last event may have shown it
  if (phase_ == Phase::finished) {
    input = input.last(0);
    return {};
  }
  Event event;
  do {
    event = phase_ == Phase::payload ? read_payload(input) : read_header(input);
  } while (event.kind == Event::Kind::need_more && !input.empty());
  return event;
}

// One part of the header; each is judged as soon as it is complete, before the next is looked at.
Event Decoder::read_header(std::span<char>& input) noexcept {
  const std::size_t size = phase_ == Phase::length64 ? 8 : phase_ == Phase::mask ? sizeof mask_ : 2;
  const unsigned char* const part = take(input, size);
  if (part == nullptr) return {};
  if (phase_ == Phase::mask) {
    std::memcpy(&mask_, part, sizeof mask_);
    phase_ = Phase::payload;
    return read_payload(input);  // at once, since an empty payload is already here
  }
  const Refusal refusal = phase_ == Phase::start ? read_start(part) : read_length(part);
  return refusal.why.empty() ? Event() : fail(refusal);
}

// The next `count` bytes in a row, taken off the input, or null if they are not all there yet. Valid until
// the next call.
const unsigned char* Decoder::take(std::span<char>& input, std::size_t count) noexcept {
  if (pending_size_ == 0 && input.size() >= count) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(input.data());
    input = input.subspan(count);
    return bytes;
  }
  const std::size_t more = std::min(count - pending_size_, input.size());
  std::copy_n(input.data(), more, pending_.data() + pending_size_);
  input = input.subspan(more);
  pending_size_ = static_cast<std::uint8_t>(pending_size_ + more);
  if (pending_size_ < count) return nullptr;
  pending_size_ = 0;
  return pending_.data();
}

// Section 5.2, the first two bytes.
Decoder::Refusal Decoder::read_start(const unsigned char* bytes) noexcept {
  const unsigned length = bytes[1] & 0x7Fu;
  final_ = (bytes[0] & 0x80) != 0;
  opcode_ = static_cast<Opcode>(bytes[0] & 0x0F);
  if ((bytes[0] & 0x70) != 0) return {CloseCode::protocol_error, "a reserved bit is set"};
  if ((bytes[1] & 0x80) == 0) return {CloseCode::protocol_error, "a client's frame must be masked"};
  if (const Refusal refusal = check_opcode(length); !refusal.why.empty()) return refusal;
  begin_frame();
  if (length < 126) return accept_length(length);
  phase_ = length == 126 ? Phase::length16 : Phase::length64;
  return {};
}

// Section 5.4 says which frames may follow which, section 5.5 what control frames may be.
Decoder::Refusal Decoder::check_opcode(unsigned length) const noexcept {
  constexpr auto kError = CloseCode::protocol_error;
  if (!is_known(opcode_)) return {kError, "unknown opcode"};
  if (is_control()) {
    if (!final_) return {kError, "a control frame must not be fragmented"};
    if (length > kMaxControlPayload) return {kError, "a control frame's payload is at most 125 bytes"};
    return {};
  }
  const bool continues = opcode_ == Opcode::continuation;
  if (continues && !message_open_) return {kError, "a continuation frame, but no message has begun"};
  if (!continues && message_open_) return {kError, "a new message before the end of the last"};
  if (opcode_ == Opcode::binary) return {CloseCode::unsupported_data, "binary messages are not accepted"};
  return {};
}

void Decoder::begin_frame() noexcept {
  if (is_control()) return;
  if (!message_open_) utf8_.reset();
  message_open_ = true;
}

Decoder::Refusal Decoder::read_length(const unsigned char* bytes) noexcept {
  const bool is_long = phase_ == Phase::length64;
  std::uint64_t length = 0;
  for (int i = 0; i < (is_long ? 8 : 2); ++i) length = length << 8 | bytes[i];
  if (length >> 63 != 0) return {CloseCode::protocol_error, "a length of 2^63 or more"};
  if (length < (is_long ? 0x10000u : 126u)) {
    return {CloseCode::protocol_error, "a length that is not in its shortest form"};
  }
  return accept_length(length);
}

Decoder::Refusal Decoder::accept_length(std::uint64_t length) noexcept {
  if (!is_control() && length > limit_ - message_size_) {
    return {CloseCode::message_too_big, "the message is too big"};
  }
  remaining_ = static_cast<std::uint32_t>(length);
  phase_ = Phase::mask;
  return {};
}

Event Decoder::read_payload(std::span<char>& input) noexcept {
  const std::span<char> chunk = input.first(std::min<std::size_t>(remaining_, input.size()));
  input = input.subspan(chunk.size());
  remaining_ -= static_cast<std::uint32_t>(chunk.size());
  mask_ = apply_mask(chunk, mask_);
  if (remaining_ == 0) phase_ = Phase::start;
  return is_control() ? control_payload(view_of(chunk)) : message_payload(view_of(chunk));
}

Event Decoder::control_payload(std::string_view chunk) noexcept {
  if (remaining_ == 0 && control_size_ == 0) return control_event(chunk);
  if (!store(chunk)) return fail({CloseCode::internal_error, "out of memory"});
  control_size_ = static_cast<std::uint8_t>(control_size_ + chunk.size());
  if (remaining_ > 0) return {};
  const std::string_view payload(buffer_.get() + message_size_, control_size_);
  control_size_ = 0;
  return control_event(payload);
}

Event Decoder::control_event(std::string_view payload) noexcept {
  if (opcode_ == Opcode::close) return close_event(payload);
  return {opcode_ == Opcode::ping ? Event::Kind::ping : Event::Kind::pong, CloseCode::no_status, payload};
}

// Section 5.5.1: nothing, or a code and a reason.
Event Decoder::close_event(std::string_view payload) noexcept {
  constexpr auto kError = CloseCode::protocol_error;
  phase_ = Phase::finished;
  if (payload.empty()) return {Event::Kind::close, CloseCode::no_status, {}};
  if (payload.size() == 1) return fail({kError, "a close frame with half a code"});
  const unsigned high = static_cast<unsigned char>(payload[0]);
  const unsigned low = static_cast<unsigned char>(payload[1]);
  const auto code = static_cast<CloseCode>(high << 8 | low);
  const std::string_view reason = payload.substr(2);
  if (!may_be_sent(code)) return fail({kError, "a close code that must not be sent"});
  if (!utf8::valid(reason)) return fail({CloseCode::invalid_payload, "a close reason that is not UTF-8"});
  return {Event::Kind::close, code, reason};
}

Event Decoder::message_payload(std::string_view chunk) noexcept {
  const bool complete = final_ && remaining_ == 0;
  if (!utf8_.feed(chunk) || (complete && !utf8_.at_boundary())) {
    return fail({CloseCode::invalid_payload, "a text message that is not UTF-8"});
  }
  if (complete && message_size_ == 0) {
    message_open_ = false;
    return {Event::Kind::text, CloseCode::no_status, chunk};
  }
  if (!store(chunk)) return fail({CloseCode::internal_error, "out of memory"});
  message_size_ += static_cast<std::uint32_t>(chunk.size());
  if (!complete) return {};
  const std::string_view message(buffer_.get(), message_size_);
  message_size_ = 0;
  message_open_ = false;
  return {Event::Kind::text, CloseCode::no_status, message};
}

Event Decoder::fail(Refusal refusal) noexcept {
  release();
  phase_ = Phase::finished;
  return {Event::Kind::error, refusal.code, refusal.why};
}

// Appends to what is stored. The caller then counts the bytes as the message's or the control frame's.
bool Decoder::store(std::string_view chunk) noexcept {
  if (chunk.empty()) return true;
  const std::size_t needed = stored() + chunk.size();
  if (needed > capacity_ && !grow(needed)) return false;
  chunk.copy(buffer_.get() + stored(), chunk.size());
  return true;
}

// Doubles, so that a message in many small pieces is copied only a few times over; but never beyond what can
// still come: the rest of the last frame, or else the limit and a control frame.
bool Decoder::grow(std::size_t needed) noexcept {
  const bool is_last = final_ && !is_control();
  const std::size_t most = is_last ? needed + remaining_ : std::size_t{limit_} + kMaxControlPayload;
  const std::size_t doubled = std::max<std::size_t>(std::size_t{capacity_} * 2, kSmallestBuffer);
  const std::size_t capacity = std::max(needed, std::min(doubled, most));
  std::unique_ptr<char[]> larger(new (std::nothrow) char[capacity]);
  if (larger == nullptr) return false;
  std::copy_n(buffer_.get(), stored(), larger.get());
  buffer_ = std::move(larger);
  capacity_ = static_cast<std::uint32_t>(capacity);
  return true;
}

void Decoder::release() noexcept {
  buffer_.reset();
  capacity_ = 0;
  message_size_ = 0;
  control_size_ = 0;
}

}  // namespace parley::websocket
