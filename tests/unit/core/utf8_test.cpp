#include "core/utf8.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace parley::utf8 {
namespace {

std::string encoded(unsigned code_point) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  const auto tail = [&](int shift) { return byte(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) return {byte(code_point)};
  if (code_point < 0x800) return {byte(0xC0 | code_point >> 6), tail(0)};
  if (code_point < 0x10000) return {byte(0xE0 | code_point >> 12), tail(6), tail(0)};
  return {byte(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

bool is_scalar(unsigned code_point) {
  return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

// Decodes by arithmetic and encodes again: a text is valid if that gives it back. Shares no idea with the
// code under test.
bool valid_by_definition(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < size) return false;
    unsigned code_point = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) code_point = code_point << 6 | (text[i] & 0x3Fu);
    if (!is_scalar(code_point) || encoded(code_point) != text.substr(0, size)) return false;
    text.remove_prefix(size);
  }
  return true;
}

const std::vector<std::string>& valid_texts() {
  static const std::vector<std::string> texts = {
      "",
      "plain",
      std::string("a NUL \0 is a character", 22),
      "caf\xC3\xA9",
      "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",  // Greek, two and three bytes
      "\xE2\x98\x83\xEF\xBF\xBF\xEF\xB7\x90",          // noncharacters are valid too
      "\xEF\xBB\xBF with a byte order mark",
      "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",  // a joined emoji
      "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
      "0123456789012345678901234567890123456789\xC3\xA9"
      "0123456789\xE2\x98\x83"
      "01234567",
  };
  return texts;
}

const std::vector<std::string>& invalid_texts() {
  static const std::vector<std::string> texts = {
      "\x80",
      "\xBF",
      "\xC0\x80",                  // overlong NUL
      "\xC1\xBF",                  // overlong
      "\xE0\x9F\xBF",              // overlong
      "\xF0\x8F\xBF\xBF",          // overlong
      "\xED\xA0\x80",              // the first surrogate
      "\xED\xBF\xBF",              // the last
      "\xED\xA0\xBD\xED\xB8\x80",  // a pair, as CESU-8 has it
      "\xF4\x90\x80\x80",          // U+110000
      "\xF5\x80\x80\x80",
      "\xF8\x88\x80\x80\x80",      // five bytes, of RFC 2279
      "\xFC\x84\x80\x80\x80\x80",  // six
      "\xFE",
      "\xFF",
      "\xC3\x28",
      "\xE2\x28\xA1",
      "\xE2\x82\x28",
      "\xF0\x28\x8C\xBC",
      "\xF0\x90\x28\xBC",
      "\xF0\x90\x8C\x28",
      "a\xC3"
      "b",
      "\xE2\x98\xE2\x98\x83",
  };
  return texts;
}

TEST(Utf8, takes_valid_texts) {
  for (const std::string& text : valid_texts()) EXPECT_TRUE(valid(text)) << text;
}

TEST(Utf8, refuses_invalid_texts_wherever_they_stand) {
  for (const std::string& text : invalid_texts()) {
    for (const std::size_t before : {0, 1, 7, 8, 31, 32, 40}) {
      EXPECT_FALSE(valid(std::string(before, 'a') + text + std::string(40, 'z'))) << before << " " << text;
      EXPECT_FALSE(valid(std::string(before, 'a') + text)) << before << " " << text;
    }
  }
}

TEST(Utf8, refuses_every_valid_text_that_is_cut_within_a_character) {
  for (const std::string text : {"\xC3\xA9", "\xE2\x98\x83", "\xF0\x9F\x98\x80"}) {
    for (std::size_t size = 1; size < text.size(); ++size) EXPECT_FALSE(valid(text.substr(0, size)));
  }
}

TEST(Utf8, takes_every_scalar_value_and_no_surrogate) {
  for (unsigned code_point = 0; code_point <= 0x1FFFFF; ++code_point) {
    const std::string text = encoded(code_point);
    ASSERT_EQ(valid(text), is_scalar(code_point)) << std::hex << code_point;
    ASSERT_EQ(valid(text + "tail"), is_scalar(code_point)) << std::hex << code_point;  // the quick path
  }
}

TEST(Utf8, agrees_with_the_definition_on_every_sequence_of_two_bytes_and_on_all_boundaries_of_four) {
  for (unsigned pair = 0; pair <= 0xFFFF; ++pair) {
    const std::string text = {static_cast<char>(pair >> 8), static_cast<char>(pair & 0xFF)};
    ASSERT_EQ(valid(text), valid_by_definition(text)) << std::hex << pair;
    ASSERT_EQ(valid(text + "tail"), valid_by_definition(text + "tail")) << std::hex << pair;
  }
  const std::string edges(
      "\x00\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF", 25);
  for (const char a : edges)
    for (const char b : edges)
      for (const char c : edges)
        for (const char d : edges) {
          const std::string text = {a, b, c, d};
          ASSERT_EQ(valid(text), valid_by_definition(text)) << ::testing::PrintToString(text);
        }
}

TEST(Utf8Validator, does_not_mind_where_a_text_is_cut) {
  std::vector<std::string> texts = valid_texts();
  texts.insert(texts.end(), invalid_texts().begin(), invalid_texts().end());
  for (const std::string& text : texts) {
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        Validator validator;
        const std::string_view view = text;
        const bool fed = validator.feed(view.substr(0, first)) && validator.feed(view.substr(first, second - first)) &&
                         validator.feed(view.substr(second));
        ASSERT_EQ(fed && validator.at_boundary(), valid(text)) << text << " " << first << " " << second;
      }
    }
  }
}

// The first byte that spoils a text is found when it comes: not before, not after.
TEST(Utf8Validator, refuses_at_the_first_byte_that_cannot_be_mended) {
  struct Case {
    std::string text;
    std::size_t good;  // bytes of it that might still become valid
  };
  const std::vector<Case> cases = {
      {"\x80", 0},
      {"ab\xFF", 2},
      {"\xC0\x80", 0},
      {"\xC3\x28", 1},
      {"\xE0\x9F\xBF", 1},
      {"\xE2\x98\x28", 2},
      {"\xED\xA0\x80", 1},
      {"\xF0\x8F\xBF\xBF", 1},
      {"\xF0\x9F\x98\x28", 3},
      {"\xF4\x90\x80\x80", 1},
      {"\xF5\x80\x80\x80", 0},
  };
  for (const Case& one : cases) {
    Validator validator;
    EXPECT_TRUE(validator.feed(std::string_view(one.text).substr(0, one.good))) << one.text;
    EXPECT_FALSE(validator.feed(std::string_view(one.text).substr(one.good, 1))) << one.text;
  }
}

TEST(Utf8Validator, stays_refused_until_reset) {
  Validator validator;
  EXPECT_FALSE(validator.feed("\xFF"));
  EXPECT_FALSE(validator.feed("fine"));
  EXPECT_FALSE(validator.feed(""));
  EXPECT_FALSE(validator.at_boundary());
  validator.reset();
  EXPECT_TRUE(validator.feed("fine"));
  EXPECT_TRUE(validator.at_boundary());
}

TEST(Utf8, counts_code_points_not_bytes) {
  EXPECT_EQ(count_code_points(""), 0u);
  EXPECT_EQ(count_code_points("caf\xC3\xA9"), 4u);
  EXPECT_EQ(count_code_points("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"), 3u);
  std::string text;
  for (std::size_t count = 0; count < 300; ++count) {
    ASSERT_EQ(count_code_points(text), count);
    text += encoded(count % 4 == 0 ? 0x41u : count % 4 == 1 ? 0xE9u : count % 4 == 2 ? 0x2603u : 0x1F600u);
  }
}

}  // namespace
}  // namespace parley::utf8
