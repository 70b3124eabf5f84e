#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/websocket_frames.h"

// A second decoder to compare the real one with: it has the whole stream before it, copies what it likes, and
// says the rules of RFC 6455 and RFC 3629 in the plainest way. Shares no code with the first.
namespace parley::websocket::testing {

enum class Utf8 { whole, cut, bad };  // cut: the end of a character is missing, and all may yet be well

inline bool is_character_of(std::size_t size, std::uint32_t code_point) {
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  const std::size_t needed = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  return !surrogate && code_point <= 0x10FFFF && needed == size;
}

inline Utf8 utf8_verdict(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xC0) || lead >= 0xF8) return Utf8::bad;
    std::uint32_t code_point = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    const std::size_t here = std::min(size, text.size());
    for (std::size_t i = 1; i < here; ++i) {
      if ((text[i] & 0xC0) != 0x80) return Utf8::bad;
      code_point = code_point << 6 | (text[i] & 0x3Fu);
    }
    if (here < size) {  // could any ending make it a character? What can go wrong goes wrong for 64 in a row
      const std::uint32_t endings = 1u << (6 * (size - here));
      for (std::uint32_t ending = 0; ending < endings; ending += 64) {
        if (is_character_of(size, code_point * endings + ending)) return Utf8::cut;
      }
      return Utf8::bad;
    }
    if (!is_character_of(size, code_point)) return Utf8::bad;
    text.remove_prefix(size);
  }
  return Utf8::whole;
}

class ReferenceDecoder {
 public:
  ReferenceDecoder(std::string_view bytes, std::uint64_t limit) : rest_(bytes), limit_(limit) {
    while (!done_) read_frame();
  }

  // Errors come without their explanation.
  [[nodiscard]] const std::vector<Seen>& seen() const { return seen_; }

 private:
  void say(Event::Kind kind, CloseCode code, std::string payload) { seen_.push_back({kind, code, payload}); }
  void refuse(int code) {
    say(Event::Kind::error, static_cast<CloseCode>(code), "");
    done_ = true;
  }
  [[nodiscard]] unsigned byte(std::size_t at) const { return static_cast<unsigned char>(rest_[at]); }

  void read_frame() {
    done_ = true;  // until the frame turns out to be whole and good
    if (rest_.size() < 2) return;
    const bool fin = byte(0) >= 128;
    const unsigned opcode = byte(0) % 16;
    const unsigned short_length = byte(1) % 128;
    if (byte(0) / 16 % 8 != 0 || byte(1) < 128) return refuse(1002);
    if ((opcode > 2 && opcode < 8) || opcode > 10) return refuse(1002);
    if (opcode >= 8 && (!fin || short_length > 125)) return refuse(1002);
    if (opcode < 8 && (opcode == 0) != in_message_) return refuse(1002);
    if (opcode == 2) return refuse(1003);

    const std::size_t extra = short_length == 126 ? 2 : short_length == 127 ? 8 : 0;
    if (rest_.size() < 2 + extra) return;
    std::uint64_t length = extra == 0 ? short_length : 0;
    for (std::size_t i = 0; i < extra; ++i) length = length * 256 + byte(2 + i);
    if (extra == 2 && length < 126) return refuse(1002);
    if (extra == 8 && (length < 65536 || byte(2) >= 128)) return refuse(1002);
    if (opcode < 8 && message_.size() + length > limit_) return refuse(1009);

    const std::size_t header = 2 + extra + 4;
    if (rest_.size() < header) return;
    const std::string_view masked = rest_.substr(header, length);
    std::string payload;
    for (std::size_t i = 0; i < masked.size(); ++i) {
      payload.push_back(static_cast<char>(masked[i] ^ rest_[header - 4 + i % 4]));
    }
    const bool whole = payload.size() == length;
    if (opcode < 8) {
      in_message_ = true;
      take_text(payload, whole, whole && fin);
    } else if (whole) {
      take_control(opcode, payload);
    }
    if (whole) rest_.remove_prefix(header + length);
  }

  void take_text(const std::string& payload, bool frame_ends, bool message_ends) {
    message_ += payload;
    const Utf8 verdict = utf8_verdict(message_);
    if (verdict == Utf8::bad || (message_ends && verdict == Utf8::cut)) return refuse(1007);
    done_ = !frame_ends;
    if (!message_ends) return;
    say(Event::Kind::text, CloseCode::no_status, message_);
    message_.clear();
    in_message_ = false;
  }

  void take_control(unsigned opcode, const std::string& payload) {
    if (opcode == 8) return take_close(payload);
    say(opcode == 9 ? Event::Kind::ping : Event::Kind::pong, CloseCode::no_status, payload);
    done_ = false;
  }

  void take_close(const std::string& payload) {
    if (payload.empty()) return say(Event::Kind::close, CloseCode::no_status, "");
    if (payload.size() == 1) return refuse(1002);
    const int code = static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    const bool reserved = code == 1004 || code == 1005 || code == 1006;
    const bool registered = code >= 1000 && code <= 1014 && !reserved;
    if (!registered && (code < 3000 || code > 4999)) return refuse(1002);
    if (utf8_verdict(payload.substr(2)) != Utf8::whole) return refuse(1007);
    say(Event::Kind::close, static_cast<CloseCode>(code), payload.substr(2));
  }

  std::string_view rest_;
  std::uint64_t limit_;
  std::string message_;
  bool in_message_ = false;
  bool done_ = false;
  std::vector<Seen> seen_;
};

}  // namespace parley::websocket::testing
