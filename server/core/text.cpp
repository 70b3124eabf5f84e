#include "core/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <stdexcept>

namespace parley {
namespace {

void check(UErrorCode status, const char* what) {
  // Only a missing data file or no memory leads here: the text itself was checked at the edge.
  if (U_FAILURE(status)) throw std::runtime_error(std::string(what) + ": " + u_errorName(status));
}

std::string normalized(const icu::Normalizer2* form, std::string_view text) {
  std::string out;
  out.reserve(text.size());
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece piece(text.data(), static_cast<int32_t>(text.size()));
  form->normalizeUTF8(0, piece, sink, nullptr, status);
  check(status, "normalize");
  return out;
}

// ICU's macros narrow on purpose.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"

/// The character that begins at `at`, which moves behind it.
UChar32 next_character(std::string_view text, std::int32_t& at) {
  UChar32 c = 0;
  U8_NEXT(text.data(), at, static_cast<std::int32_t>(text.size()), c);
  return c;
}

/// The character that ends at `at`, which moves before it.
UChar32 previous_character(std::string_view text, std::int32_t& at) {
  UChar32 c = 0;
  U8_PREV(text.data(), 0, at, c);
  return c;
}

#pragma GCC diagnostic pop

}  // namespace

std::string fold_name(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
  check(status, "NFKC_Casefold");
  return normalized(form, text);
}

std::string nfc(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFCInstance(status);
  check(status, "NFC");
  return normalized(form, text);
}

std::string_view trim(std::string_view text) {
  const auto size = static_cast<std::int32_t>(text.size());
  std::int32_t first = 0;
  for (auto at = first; at < size; first = at) {
    if (!u_isUWhiteSpace(next_character(text, at))) break;
  }
  std::int32_t last = size;
  for (auto at = last; at > first; last = at) {
    if (!u_isUWhiteSpace(previous_character(text, at))) break;
  }
  return text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
}

}  // namespace parley
