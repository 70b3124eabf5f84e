#include "core/ids.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <sodium.h>

namespace parley {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

std::string new_id() {
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data() + 6, 10);
  const auto millis = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(millis >> (40 - 8 * i));
  // 26 characters hold 130 bits: two zero bits lead.
  std::string id(kIdLength, '0');
  for (std::size_t i = 0; i < id.size(); ++i) {
    std::size_t digit = 0;
    for (std::size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
      const std::size_t of_id = bit - 2;  // wraps for the two bits above the topmost
      const bool set = bit >= 2 && ((bytes[of_id / 8] >> (7 - of_id % 8)) & 1) != 0;
      digit = digit * 2 + (set ? 1 : 0);
    }
    id[i] = kAlphabet[digit];
  }
  return id;
}

bool is_id(std::string_view text) {
  return text.size() == 26 && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

std::string random_token(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string text(sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating zero that libsodium writes
  return text;
}

bool is_client_key(std::string_view key) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return !key.empty() && key.size() <= 64 && key.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace parley
