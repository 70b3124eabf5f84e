#include "core/text.h"

#include <cstdint>
#include <stdexcept>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

namespace parley {
namespace {

void check(UErrorCode status) {
  // Only a missing data file or no memory leads here: the text itself was checked at the edge.
  if (U_FAILURE(status)) throw std::runtime_error(std::string("NFKC_Casefold: ") + u_errorName(status));
}

}  // namespace

std::string fold_name(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
  check(status);
  std::string folded;
  folded.reserve(name.size());
  icu::StringByteSink<std::string> sink(&folded);
  form->normalizeUTF8(0, icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())), sink, nullptr, status);
  check(status);
  return folded;
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace parley
