#include "services/text_rules.h"

#include <algorithm>
#include <stdexcept>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/utf8.h"

namespace parley {
namespace {

const icu::Normalizer2& nfc() {
  UErrorCode status = U_ZERO_ERROR;
  const auto* normalizer = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU's data for NFC is missing");
  return *normalizer;
}

icu::UnicodeString to_nfc(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  auto result = nfc().normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}), status);
  if (U_FAILURE(status)) throw std::bad_alloc();  // the only way it fails on valid text
  return result;
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

std::u32string code_points(const icu::UnicodeString& text) {
  std::u32string points;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    points += static_cast<char32_t>(text.char32At(i));
  }
  return points;
}

UChar32 scalar(char32_t c) {
  return static_cast<UChar32>(c);
}
bool is_blank(char32_t c) {
  return u_isUWhiteSpace(scalar(c)) != 0;
}

icu::UnicodeString trimmed(const icu::UnicodeString& text) {
  int32_t first = 0;
  int32_t last = text.length();
  // All white space is in the basic plane, so single units can be looked at.
  while (first < last && is_blank(text.charAt(first))) ++first;
  while (last > first && is_blank(text.charAt(last - 1))) --last;
  return {text, first, last - first};
}

constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kEmojiStyle = 0xFE0F;
constexpr char32_t kBrailleBlank = 0x2800;  ///< a symbol to Unicode, nothing to the eye
constexpr char32_t kKeycap = 0x20E3;

bool is_mark(char32_t c) {
  return (U_GET_GC_MASK(scalar(c)) & U_GC_M_MASK) != 0;
}

bool is_emoji(char32_t c) {
  return u_hasBinaryProperty(scalar(c), UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
         u_hasBinaryProperty(scalar(c), UCHAR_EMOJI_MODIFIER) != 0;
}

bool joins_next(char32_t c) {
  const auto type = u_getIntPropertyValue(scalar(c), UCHAR_JOINING_TYPE);
  return type == U_JT_DUAL_JOINING || type == U_JT_LEFT_JOINING;
}

bool joins_previous(char32_t c) {
  const auto type = u_getIntPropertyValue(scalar(c), UCHAR_JOINING_TYPE);
  return type == U_JT_DUAL_JOINING || type == U_JT_RIGHT_JOINING;
}

/// Whether a joiner or style selector at `at` shows: inside an emoji, after a virama, or between letters that join
/// (compare RFC 5892, appendices A.1 and A.2).
bool shows(const std::u32string& text, std::size_t at) {
  if (at == 0) return false;
  const char32_t before = text[at - 1];
  const char32_t after = at + 1 < text.size() ? text[at + 1] : U'\0';
  if (text[at] == kEmojiStyle) {
    return u_hasBinaryProperty(scalar(before), UCHAR_EMOJI) != 0 && (is_emoji(before) || after == kKeycap);
  }
  if (u_getCombiningClass(scalar(before)) == 9) return true;  // virama
  if (text[at] == kJoiner && (is_emoji(before) || before == kEmojiStyle)) return is_emoji(after);
  return joins_next(before) && joins_previous(after);
}

/// What is wrong with the character at `at` of a name; empty where it may stand there.
std::string_view fault_at(const std::u32string& text, std::size_t at) {
  const char32_t c = text[at];
  if (c == kNonJoiner || c == kJoiner || c == kEmojiStyle) {
    return shows(text, at) ? std::string_view() : "an invisible character";
  }
  switch (u_charType(scalar(c))) {
    case U_CONTROL_CHAR:
      return "a control character";
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return "a line break";
    case U_UNASSIGNED:
      return "a character that is not assigned";
    case U_PRIVATE_USE_CHAR:
      return "a character for private use";
    case U_FORMAT_CHAR:
      return "an invisible character or one that sets the direction of text";
    default:
      break;
  }
  if (u_hasBinaryProperty(scalar(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || c == kBrailleBlank) {
    return "an invisible character";
  }
  if (is_mark(c) && (at == 0 || is_blank(text[at - 1]))) return "a combining mark without a letter";
  return {};
}

std::string point_name(char32_t c) {
  char name[12];
  std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(c));
  return name;
}

Result<std::string> clean_name(std::string field, std::string_view name) {
  if (!utf8::valid(name)) return invalid(std::move(field), "The name is not valid UTF-8.");
  const auto text = trimmed(to_nfc(name));
  const auto points = code_points(text);
  if (points.empty()) return invalid(std::move(field), "The name is empty.");
  if (points.size() > kNameLength) return invalid(std::move(field), "The name may have at most 64 characters.");
  for (std::size_t at = 0; at < points.size(); ++at) {
    const auto fault = fault_at(points, at);
    if (fault.empty()) continue;
    return invalid(std::move(field), "The name holds " + std::string(fault) + " (" + point_name(points[at]) + ").");
  }
  return to_utf8(text);
}

bool is_username_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/// The three ways to end a line become one.
std::string with_plain_line_breaks(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      plain += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      plain += '\n';
    }
  }
  return plain;
}

}  // namespace

Result<void> check_username(std::string field, std::string_view username) {
  if (!std::all_of(username.begin(), username.end(), is_username_character)) {
    return invalid(std::move(field), "A username has only the letters a to z, digits and _ . - in it.");
  }
  if (username.size() < kUsernameMinLength || username.size() > kUsernameMaxLength) {
    return invalid(std::move(field), "A username has 3 to 32 characters.");
  }
  return {};
}

Result<std::string> clean_display_name(std::string field, std::string_view name) {
  return clean_name(std::move(field), name);
}

Result<std::string> clean_room_name(std::string field, std::string_view name) {
  return clean_name(std::move(field), name);
}

Result<std::string> clean_description(std::string field, std::string_view description) {
  if (!utf8::valid(description)) return invalid(std::move(field), "The description is not valid UTF-8.");
  const auto text = trimmed(to_nfc(with_plain_line_breaks(description)));
  const auto points = code_points(text);
  if (points.size() > kDescriptionLength) {
    return invalid(std::move(field), "The description may have at most 500 characters.");
  }
  for (const char32_t c : points) {
    if (u_charType(scalar(c)) != U_CONTROL_CHAR || c == U'\n' || c == U'\t') continue;
    return invalid(std::move(field), "The description holds a control character (" + point_name(c) + ").");
  }
  return to_utf8(text);
}

Result<void> check_message(std::string_view content) {
  if (!utf8::valid(content)) return invalid("content", "The message is not valid UTF-8.");
  if (content.empty()) return invalid("content", "The message is empty.");
  if (utf8::count_code_points(content) > kMessageLength) {
    return invalid("content", "The message may have at most 4,000 characters.");
  }
  if (content.find('\0') != std::string_view::npos) return invalid("content", "The message holds U+0000.");
  return {};
}

std::string normalize_nfc(std::string_view text) {
  if (!utf8::valid(text)) return std::string(text);
  return to_utf8(to_nfc(text));
}

std::string lower_case(std::string_view text) {
  auto wide = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  return to_utf8(wide.toLower(icu::Locale::getRoot()));
}

}  // namespace parley
