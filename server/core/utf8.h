#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Nothing here allocates
/// or throws; all of it may be called on any thread.
namespace parley::utf8 {

/// Checks a text that arrives in pieces, cut anywhere. Three bytes of state.
class Validator {
 public:
  /// False as soon as nothing that might follow could make the text valid, and from then on until reset().
  [[nodiscard]] bool feed(std::string_view piece) noexcept;

  /// Whether the text may end here: all was valid so far, and no character is cut in two.
  [[nodiscard]] bool at_boundary() const noexcept { return missing_ == 0; }

  void reset() noexcept { *this = Validator(); }

 private:
  [[nodiscard]] bool step(unsigned char byte) noexcept;
  [[nodiscard]] bool start_character(unsigned char lead) noexcept;
  [[nodiscard]] bool reject() noexcept;

  std::uint8_t missing_ = 0;  // bytes that the current character still lacks
  std::uint8_t low_ = 0x80;   // the bounds of its next byte; none fits once the text was rejected
  std::uint8_t high_ = 0xBF;
};

[[nodiscard]] bool valid(std::string_view text) noexcept;

/// The number of code points in a valid text (in any other, of bytes that are not continuation bytes).
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

}  // namespace parley::utf8
