#include "websocket/mask.h"

#include <cstring>

namespace parley::websocket {
namespace {

void mask_word(char* at, std::uint64_t key) noexcept {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  word ^= key;
  std::memcpy(at, &word, sizeof word);
}

}  // namespace

MaskKey apply_mask(std::span<char> payload, MaskKey key) noexcept {
  const std::uint64_t wide = std::uint64_t{key} << 32 | key;
  char* at = payload.data();
  std::size_t left = payload.size();
  for (; left >= 32; at += 32, left -= 32) {  // enough in a row for the compiler to use vector registers
    mask_word(at, wide);
    mask_word(at + 8, wide);
    mask_word(at + 16, wide);
    mask_word(at + 24, wide);
  }
  for (; left >= 8; at += 8, left -= 8) mask_word(at, wide);
  char bytes[sizeof wide];
  std::memcpy(bytes, &wide, sizeof wide);
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ bytes[i]);
  return advance(key, left);
}

}  // namespace parley::websocket
