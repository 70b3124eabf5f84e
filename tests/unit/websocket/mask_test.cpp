#include "websocket/mask.h"

#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace parley::websocket {
namespace {

constexpr unsigned char kKey[4] = {0x01, 0x82, 0x13, 0xF4};

MaskKey key() {
  MaskKey key;
  std::memcpy(&key, kKey, sizeof key);
  return key;
}

std::string sample(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + 3);
  return bytes;
}

// Section 5.3, word for word.
std::string masked_byte_by_byte(std::string bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ kKey[i % 4]);
  return bytes;
}

TEST(Mask, goes_over_the_bytes_as_the_rfc_says_at_every_size_and_alignment) {
  for (std::size_t size = 0; size <= 100; ++size) {
    for (std::size_t shift = 0; shift < 8; ++shift) {
      std::string memory = std::string(shift, '#') + sample(size) + "#";
      apply_mask({memory.data() + shift, size}, key());
      ASSERT_EQ(memory, std::string(shift, '#') + masked_byte_by_byte(sample(size)) + "#") << size;
    }
  }
}

TEST(Mask, goes_on_where_the_last_piece_ended) {
  const std::string whole = masked_byte_by_byte(sample(90));
  for (std::size_t cut = 0; cut <= 90; ++cut) {
    std::string bytes = sample(90);
    const MaskKey next = apply_mask({bytes.data(), cut}, key());
    apply_mask({bytes.data() + cut, 90 - cut}, next);
    ASSERT_EQ(bytes, whole) << cut;
  }
}

TEST(Mask, undoes_itself) {
  std::string bytes = sample(77);
  apply_mask(bytes, key());
  EXPECT_NE(bytes, sample(77));
  apply_mask(bytes, key());
  EXPECT_EQ(bytes, sample(77));
}

}  // namespace
}  // namespace parley::websocket
