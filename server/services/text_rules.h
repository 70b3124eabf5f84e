#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

/// What may stand in names and texts (Unicode as ICU knows it; names are compared by core/text.h's fold_name). Lengths
/// are in code points. Any thread. Every refusal is validation_failed and names the field.
namespace parley {

inline constexpr std::size_t kNameLength = 64;
inline constexpr std::size_t kDescriptionLength = 500;
inline constexpr std::size_t kMessageLength = 4000;
inline constexpr std::size_t kUsernameMinLength = 3;
inline constexpr std::size_t kUsernameMaxLength = 32;

/// 3 to 32 ASCII letters, digits, _ . or -.
Result<void> check_username(std::string field, std::string_view username);

/// 1 to 64 after trimming and NFC. Refused: control characters, line breaks, what sets the direction of text,
/// what is invisible, unassigned or for private use, and a combining mark without a base. Joiners pass where
/// they show: inside emoji, and in scripts that join.
Result<std::string> clean_display_name(std::string field, std::string_view name);

/// The same rule for the name of a room.
Result<std::string> clean_room_name(std::string field, std::string_view name);

/// Up to 500 after trimming and NFC; control characters only as tabs and line breaks (which become \n).
Result<std::string> clean_description(std::string field, std::string_view text);

/// 1 to 4,000 code points of valid UTF-8 without U+0000. The content is kept byte for
/// byte. The field is "content".
Result<void> check_message(std::string_view content);

/// NFC; a text that is not valid UTF-8 comes back as it is.
std::string normalize_nfc(std::string_view text);

/// Small letters by Unicode's root rules, no locale's.
std::string lower_case(std::string_view text);

}  // namespace parley
