#include "services/text_rules.h"

#include <gtest/gtest.h>

#include "support/repeated.h"

namespace parley {
namespace {

using test::repeated;

std::string cleaned(std::string_view name) {
  const auto clean = clean_display_name("display_name", name);
  return clean ? *clean : "refused: " + clean.error().message;
}

bool is_refused(std::string_view name) {
  return !clean_display_name("display_name", name);
}

TEST(TextRules, AUsernameHasThreeToThirtyTwoPlainCharacters) {
  for (const auto* good : {"abc", "A.b_c-9", "...", "12345678901234567890123456789012"}) {
    EXPECT_TRUE(check_username("username", good)) << good;
  }
  for (const auto* bad : {"", "ab", "123456789012345678901234567890123", "with space", "n\u00e4me", "a/b", "a\nb",
                          "\u0430da", "\uff41\uff44\uff41"}) {
    EXPECT_FALSE(check_username("username", bad)) << bad;
  }
}

TEST(TextRules, ARefusalNamesTheField) {
  const auto refused = clean_display_name("display_name", "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::validation_failed);
  EXPECT_EQ(refused.error().field, "display_name");
}

TEST(TextRules, ANameIsTrimmedAndComposed) {
  EXPECT_EQ(cleaned("  Ada \u3000"), "Ada");
  EXPECT_EQ(cleaned("e\u0301t\u00e9"), "\u00e9t\u00e9");
  EXPECT_EQ(cleaned("\u5c71\u7530\u3000\u592a\u90ce"), "\u5c71\u7530\u3000\u592a\u90ce");
}

TEST(TextRules, ANameHasOneToSixtyFourCharactersAfterTrimming) {
  EXPECT_EQ(cleaned(" " + repeated("\u00e9", 64) + " "), repeated("\u00e9", 64));
  EXPECT_TRUE(is_refused(repeated("\u00e9", 65)));
  EXPECT_TRUE(is_refused(""));
  EXPECT_TRUE(is_refused(" \t\u2003"));
}

TEST(TextRules, CharactersThatDeceiveAreRefused) {
  for (const auto* bad : {"a\nb",
                          "a\tb",
                          "a\x7f"
                          "b",
                          "a\u0085b",
                          "a\u2028b",
                          "\u202eabc",
                          "\u2066x\u2069",
                          "\u200f",
                          "a\u200bb",
                          "\ufeffa",
                          "\u3164",
                          "a\u00adb",
                          "x\U000e0041",
                          "\ue000",
                          "\u0378",
                          "\u2800",
                          "\u0301a",
                          "a \u0301",
                          "\ufffe",
                          "\u034f"}) {
    EXPECT_TRUE(is_refused(bad)) << bad;
  }
  EXPECT_TRUE(is_refused(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_refused("\xff"));
  EXPECT_TRUE(is_refused("\xed\xa0\x80"));
}

TEST(TextRules, JoinersPassWhereTheyShow) {
  // A family, a heart in its emoji form, a keycap, Persian with a non-joiner, Sinhala with a joiner after virama.
  for (const auto* good : {"\U0001F469\u200D\U0001F469\u200D\U0001F466", "\u2764\uFE0F", "1\uFE0F\u20E3",
                           "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0DC1\u0DCA\u200D\u0DBB\u0DD3"}) {
    EXPECT_EQ(cleaned(good), good);
  }
  for (const auto* bad : {"a\u200Db", "a\u200Cb", "\u200Da", "a\uFE0F", "1\uFE0F", "\U0001F469\u200D"}) {
    EXPECT_TRUE(is_refused(bad)) << bad;
  }
}

TEST(TextRules, ARefusalSaysWhichCharacterItIs) {
  EXPECT_NE(cleaned("a\u202eb").find("U+202E"), std::string::npos);
}

TEST(TextRules, ADescriptionMayHaveLinesAndBeEmpty) {
  EXPECT_EQ(*clean_description("description", " one\r\ntwo\rthree\n\tfour "), "one\ntwo\nthree\n\tfour");
  EXPECT_EQ(*clean_description("description", ""), "");
  EXPECT_EQ(*clean_description("description", repeated("\u00e9", 500)), repeated("\u00e9", 500));
  EXPECT_FALSE(clean_description("description", repeated("\u00e9", 501)));
  EXPECT_FALSE(clean_description("description", "bell\a"));
}

TEST(TextRules, AMessageHasOneToFourThousandCharacters) {
  EXPECT_TRUE(check_message("x"));
  EXPECT_TRUE(check_message(repeated("\U0001F980", 4000)));
  EXPECT_FALSE(check_message(repeated("\U0001F980", 4001)));
  EXPECT_FALSE(check_message(""));
}

TEST(TextRules, AMessageIsAnyValidTextWithoutNul) {
  EXPECT_TRUE(check_message(" \u202eanything\u200b goes\x01 "));
  EXPECT_FALSE(check_message(std::string_view("a\0b", 3)));
  EXPECT_FALSE(check_message("\xc3"));
  EXPECT_TRUE(check_message(" \n\t\u2003\u3000"));
  EXPECT_EQ(check_message("").error().field, "content");
}

TEST(TextRules, SmallLettersFollowNoLocale) {
  EXPECT_EQ(lower_case("I\u00c4\u0130"), "i\u00e4i\u0307");
  EXPECT_EQ(normalize_nfc("e\u0301"), "\u00e9");
  EXPECT_EQ(normalize_nfc("\xff"), "\xff");
}

}  // namespace
}  // namespace parley
