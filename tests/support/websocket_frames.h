#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "websocket/decoder.h"

// What the codec's tests and its fuzz target share: frames made by hand, rule-breaking ones too, and a record
// of what a decoder said. On purpose nothing here uses the server's encoder or its masking.
namespace parley::websocket::testing {

enum class LengthForm { shortest, seven_bits, sixteen_bits, sixty_four_bits };

struct RawFrame {
  unsigned opcode = 1;
  std::string payload = {};
  bool fin = true;
  unsigned reserved = 0;  // RSV1 is 4, RSV3 is 1
  bool masked = true;
  std::array<unsigned char, 4> key = {0x37, 0xFA, 0x21, 0x3D};  // that of RFC 6455's examples
  LengthForm form = LengthForm::shortest;
};

inline void append_number(std::string& out, std::uint64_t number, int bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>(number >> (8 * bytes) & 0xFF));
}

inline LengthForm shortest_form(std::uint64_t length) {
  if (length < 126) return LengthForm::seven_bits;
  return length < 65536 ? LengthForm::sixteen_bits : LengthForm::sixty_four_bits;
}

// Everything before the payload, for a payload that may be claimed only.
inline std::string header_of(const RawFrame& frame, std::uint64_t length) {
  const LengthForm form = frame.form == LengthForm::shortest ? shortest_form(length) : frame.form;
  const unsigned mask_bit = frame.masked ? 0x80 : 0;
  std::string out;
  append_number(out, (frame.fin ? 0x80u : 0u) | frame.reserved << 4 | frame.opcode, 1);
  if (form == LengthForm::seven_bits) append_number(out, mask_bit | length, 1);
  if (form == LengthForm::sixteen_bits) append_number(out, mask_bit | 126, 1), append_number(out, length, 2);
  if (form == LengthForm::sixty_four_bits) append_number(out, mask_bit | 127, 1), append_number(out, length, 8);
  if (frame.masked) out.append(reinterpret_cast<const char*>(frame.key.data()), frame.key.size());
  return out;
}

inline std::string bytes_of(const RawFrame& frame) {
  std::string out = header_of(frame, frame.payload.size());
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    const unsigned char key = frame.masked ? frame.key[i % 4] : 0;
    out.push_back(static_cast<char>(static_cast<unsigned char>(frame.payload[i]) ^ key));
  }
  return out;
}

inline std::string text(std::string payload) {
  return bytes_of({.opcode = 1, .payload = std::move(payload)});
}
inline std::string text_start(std::string payload) {
  return bytes_of({.opcode = 1, .payload = std::move(payload), .fin = false});
}
inline std::string continuation(std::string payload) {
  return bytes_of({.opcode = 0, .payload = std::move(payload), .fin = false});
}
inline std::string last_part(std::string payload) {
  return bytes_of({.opcode = 0, .payload = std::move(payload)});
}
inline std::string ping(std::string payload) {
  return bytes_of({.opcode = 9, .payload = std::move(payload)});
}
inline std::string pong(std::string payload) {
  return bytes_of({.opcode = 10, .payload = std::move(payload)});
}
inline std::string close_with(std::string payload) {
  return bytes_of({.opcode = 8, .payload = std::move(payload)});
}
inline std::string close(unsigned code, std::string_view reason = {}) {
  std::string payload;
  append_number(payload, code, 2);
  return close_with(payload.append(reason));
}

// An event that owns its payload.
struct Seen {
  Event::Kind kind;
  CloseCode code;
  std::string payload;

  friend bool operator==(const Seen&, const Seen&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << "{kind " << static_cast<int>(seen.kind) << ", code " << static_cast<int>(seen.code) << ", "
               << seen.payload.size() << " bytes \"" << seen.payload.substr(0, 60) << "\"}";
  }
};

inline Seen saw_text(std::string payload) {
  return {Event::Kind::text, CloseCode::no_status, std::move(payload)};
}
inline Seen saw_ping(std::string payload) {
  return {Event::Kind::ping, CloseCode::no_status, std::move(payload)};
}
inline Seen saw_pong(std::string payload) {
  return {Event::Kind::pong, CloseCode::no_status, std::move(payload)};
}
inline Seen saw_close(CloseCode code, std::string reason = {}) {
  return {Event::Kind::close, code, std::move(reason)};
}

// Gives the decoder one piece and adds what it says. The piece lies in memory of its exact size, which is
// overwritten and freed afterwards: a decoder that keeps a view of it, or reads past it, is found out.
inline void feed(Decoder& decoder, std::string_view piece, std::vector<Seen>& seen) {
  const std::unique_ptr<char[]> memory(new char[piece.size()]);
  piece.copy(memory.get(), piece.size());
  std::span<char> input(memory.get(), piece.size());
  for (;;) {
    const Event event = decoder.next(input);
    if (event.kind == Event::Kind::need_more) break;
    seen.push_back({event.kind, event.code, std::string(event.payload)});
  }
  std::memset(memory.get(), 0xDD, piece.size());
  if (!input.empty()) seen.push_back({Event::Kind::need_more, CloseCode::no_status, "input was left over"});
}

inline std::vector<Seen> decode(std::string_view bytes, std::uint32_t limit = Decoder::kDefaultLimit) {
  Decoder decoder(limit);
  std::vector<Seen> seen;
  feed(decoder, bytes, seen);
  return seen;
}

}  // namespace parley::websocket::testing
