#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

/// RFC 6455 section 5.3.
namespace parley::websocket {

/// A masking key, its four bytes as they lie on the wire; the first goes with the next byte of the payload.
using MaskKey = std::uint32_t;

/// The key as it stands `count` bytes further on.
[[nodiscard]] constexpr MaskKey advance(MaskKey key, std::size_t count) noexcept {
  const int bits = static_cast<int>(count % 4) * 8;
  return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

/// Masks or unmasks `payload` in place (the two are one). Returns the key for what follows.
MaskKey apply_mask(std::span<char> payload, MaskKey key) noexcept;

}  // namespace parley::websocket
