#pragma once

#include <string>
#include <string_view>

namespace parley {

/// What names are compared by: NFKC, case folded, without what is ignorable (NFKC_Casefold, by ICU): "Straße",
/// "STRASSE" and full-width "ｓｔｒａｓｓｅ" are one name. Never shown to anybody. Takes valid UTF-8; any thread; no
/// locale decides anything.
std::string fold_name(std::string_view name);

/// Without the blanks at both ends: spaces and tabs (RFC 9110 section 5.6.3, OWS), if nothing else is said.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t");

}  // namespace parley
