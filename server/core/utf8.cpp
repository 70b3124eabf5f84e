#include "core/utf8.h"

#include <cstring>

namespace parley::utf8 {
namespace {

constexpr std::uint64_t kLowBits = 0x0101010101010101;
constexpr std::uint64_t kHighBits = kLowBits << 7;

std::uint64_t load_word(const unsigned char* at) noexcept {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

const unsigned char* skip_ascii_words(const unsigned char* at, const unsigned char* end) noexcept {
  while (end - at >= 32) {
    const std::uint64_t all = load_word(at) | load_word(at + 8) | load_word(at + 16) | load_word(at + 24);
    if ((all & kHighBits) != 0) break;
    at += 32;
  }
  while (end - at >= 8 && (load_word(at) & kHighBits) == 0) at += 8;
  return at;
}

constexpr bool continues(unsigned char byte) noexcept {
  return (byte & 0xC0) == 0x80;
}

// The length of the valid multi-byte character at `at`, of which four bytes must be readable; 0 if there is
// none.
std::ptrdiff_t character_length(const unsigned char* at) noexcept {
  if (at[0] < 0xC2 || !continues(at[1])) return 0;
  if (at[0] < 0xE0) return 2;
  if (!continues(at[2])) return 0;
  const unsigned second = at[1] & 0x3Fu;
  if (at[0] < 0xF0) {
    const unsigned upper = (at[0] & 0x0Fu) << 6 | second;  // the code point without its last six bits
    return upper < 0x20 || (upper >= 0x360 && upper < 0x380) ? 0 : 3;
  }
  const unsigned upper = (at[0] & 0x0Fu) << 6 | second;  // without its last twelve
  return at[0] > 0xF4 || upper < 0x10 || upper > 0x10F || !continues(at[3]) ? 0 : 4;
}

// Skips whole valid characters, quickly. Stops at the end, close before it, or at what is not valid, and
// leaves the verdict on the rest to the byte-wise check.
const unsigned char* skip_characters(const unsigned char* at, const unsigned char* end) noexcept {
  for (;;) {
    at = skip_ascii_words(at, end);
    while (at != end && *at < 0x80) ++at;
    do {
      if (end - at < 4) return at;
      const std::ptrdiff_t length = character_length(at);
      if (length == 0) return at;
      at += length;
    } while (at != end && *at >= 0x80);
  }
}

}  // namespace

bool Validator::feed(std::string_view piece) noexcept {
  const auto* at = reinterpret_cast<const unsigned char*>(piece.data());
  const auto* const end = at + piece.size();
  for (;;) {
    if (missing_ == 0) at = skip_characters(at, end);
    if (at == end) return low_ <= high_;
    if (!step(*at++)) return false;
  }
}

bool Validator::step(unsigned char byte) noexcept {
  if (missing_ == 0) return start_character(byte);
  if (byte < low_ || byte > high_) return reject();
  --missing_;
  low_ = 0x80;
  high_ = 0xBF;
  return true;
}

// RFC 3629 section 4: only the second byte of a character ever has bounds narrower than 80..BF.
bool Validator::start_character(unsigned char lead) noexcept {
  if (lead < 0x80) return true;
  if (lead < 0xC2 || lead > 0xF4) return reject();
  missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  if (lead == 0xE0) low_ = 0xA0;   // below: overlong
  if (lead == 0xED) high_ = 0x9F;  // above: surrogates
  if (lead == 0xF0) low_ = 0x90;   // below: overlong
  if (lead == 0xF4) high_ = 0x8F;  // above: beyond U+10FFFF
  return true;
}

bool Validator::reject() noexcept {
  missing_ = 1;
  low_ = 0xFF;
  high_ = 0x00;
  return false;
}

bool valid(std::string_view text) noexcept {
  Validator validator;
  return validator.feed(text) && validator.at_boundary();
}

std::size_t count_code_points(std::string_view text) noexcept {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  std::size_t continuations = 0;
  for (; end - at >= 8; at += 8) {
    const std::uint64_t word = load_word(at);
    const std::uint64_t flags = (word >> 7) & (~word >> 6) & kLowBits;  // 1 in each byte that is 10xxxxxx
    continuations += (flags * kLowBits) >> 56;                          // their sum
  }
  for (; at != end; ++at) continuations += continues(*at) ? 1 : 0;
  return text.size() - continuations;
}

}  // namespace parley::utf8
