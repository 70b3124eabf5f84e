#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "websocket/mask.h"
#include "websocket/protocol.h"

// The client's side of RFC 6455, for load generators and tests. It trusts its peer further than a client in
// the wild should: what it measures is the server.
namespace parley::bench {

using websocket::MaskKey;
using websocket::Opcode;

// Appends one masked frame to `out`, so that many can leave in one write.
inline void append_frame(std::string& out, Opcode opcode, std::string_view payload, MaskKey key, bool fin = true) {
  const auto put = [&out](std::uint64_t value) { out.push_back(static_cast<char>(value & 0xFF)); };
  const std::size_t length = payload.size();
  put((fin ? 0x80u : 0u) | static_cast<unsigned>(opcode));
  const int extra = length < 126 ? 0 : length <= 0xFFFF ? 2 : 8;
  put(0x80u | (extra == 0 ? length : extra == 2 ? 126u : 127u));
  for (int byte = extra - 1; byte >= 0; --byte) put(length >> (8 * byte));
  std::array<char, sizeof key> key_bytes;
  std::memcpy(key_bytes.data(), &key, sizeof key);
  out.append(key_bytes.data(), key_bytes.size()).append(payload);
  websocket::apply_mask({out.data() + out.size() - length, length}, key);
}

// A frame of the server; the payload is a view, valid during the callback.
struct ServerFrame {
  Opcode opcode;
  bool fin;
  std::string_view payload;
};

// Cuts the server's bytes into frames. Keeps, between two calls, only a frame that is not complete yet.
class FrameReader {
 public:
  // Calls `on_frame` for each frame that is complete. False if a frame breaks the rules: masked, reserved
  // bits.
  template <class OnFrame>
  bool feed(std::string_view bytes, OnFrame&& on_frame) {
    if (!rest_.empty()) bytes = rest_.append(bytes);
    std::size_t at = 0;
    for (;;) {
      const Header header = read_header(bytes.substr(at));
      if (header.bad) return false;
      if (header.size == 0 || bytes.size() - at - header.size < header.length) break;
      at += header.size;
      on_frame(ServerFrame{header.opcode, header.fin, bytes.substr(at, header.length)});
      at += header.length;
    }
    rest_ = std::string(bytes.substr(at));
    return true;
  }

  // Whether all that came was whole frames.
  [[nodiscard]] bool at_boundary() const { return rest_.empty(); }

 private:
  struct Header {
    std::size_t size = 0;  // 0 if it is not complete
    std::size_t length = 0;
    Opcode opcode = Opcode::continuation;
    bool fin = false;
    bool bad = false;
  };

  static Header read_header(std::string_view bytes) {
    if (bytes.size() < 2) return {};
    const auto byte = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    Header header{.opcode = static_cast<Opcode>(byte(0) & 0x0F), .fin = (byte(0) & 0x80) != 0};
    header.bad = (byte(0) & 0x70) != 0 || (byte(1) & 0x80) != 0;
    header.length = byte(1);
    const std::size_t extra = header.length < 126 ? 0 : header.length == 126 ? 2 : 8;
    if (header.bad || bytes.size() < 2 + extra) return header;
    if (extra > 0) header.length = 0;
    for (std::size_t i = 0; i < extra; ++i) header.length = header.length << 8 | byte(2 + i);
    header.size = 2 + extra;
    return header;
  }

  std::string rest_;
};

}  // namespace parley::bench
