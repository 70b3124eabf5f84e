#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

/// Text as Unicode sees it (UAX 15 and UTS 10's case folding, by ICU). All take valid UTF-8 (core/utf8.h checks
/// it at the edge); any thread; nothing depends on the locale.

/// What names are compared by: NFKC, case folded, without what is ignorable (NFKC_Casefold). "Straße", "STRASSE"
/// and full-width "ｓｔｒａｓｓｅ" are one name. Never shown to anybody.
std::string fold_name(std::string_view text);

/// NFC: what is kept and shown.
std::string nfc(std::string_view text);

/// Without Unicode white space at both ends.
std::string_view trim(std::string_view text);

}  // namespace parley
