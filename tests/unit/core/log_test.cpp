#include "core/log.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "core/log_flood.h"
#include "core/log_text.h"

namespace parley::log {
namespace {

/// A JSON line as the logger completes it.
boost::json::object parsed(std::string_view message, Fields fields) {
  return boost::json::parse("{\"message\":" + json_members(message, fields) + "}").as_object();
}

TEST(Log, plain_lines_quote_only_what_needs_it) {
  EXPECT_EQ(plain_text("signed in", {{"user", "ada"}, {"tries", 3}, {"agent", "a b"}, {"empty", ""}}),
            R"(signed in user=ada tries=3 agent="a b" empty="")");
}

TEST(Log, a_value_cannot_forge_a_line_or_a_field) {
  EXPECT_EQ(plain_text("m", {{"a", "x\n2026 error y"}}), R"(m a="x\u000a2026 error y")");
  EXPECT_EQ(plain_text("m", {{"a", "x=1"}}), R"(m a="x=1")");
  EXPECT_EQ(plain_text("m", {{"a", "x\" b=\"2"}}), R"(m a="x\" b=\"2")");
}

TEST(Log, control_characters_of_terminals_are_escaped) {
  EXPECT_EQ(plain_text("m", {{"a", "\x1b[2J"}}), R"(m a="\u001b[2J")");
  EXPECT_EQ(plain_text("m", {{"a",
                              "\xc2\x9b"
                              "2J"}}),
            R"(m a="\u009b2J")");
}

TEST(Log, json_lines_hold_any_text) {
  const std::string text = "Grüße \"x\" \\ \x01 \n 👋";
  EXPECT_EQ(parsed("m", {{"a", text}}).at("a").as_string(), text);
  EXPECT_EQ(parsed("m", {{"n", -5}}).at("n").as_int64(), -5);
}

TEST(Log, json_lines_stay_json_with_invalid_utf8) {
  EXPECT_EQ(parsed("m", {{"a", "x\xff\xc3"}}).at("a").as_string(), "x\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Log, a_long_value_is_cut_between_characters) {
  std::string text(1023, 'x');
  text += "ü and more";
  EXPECT_EQ(parsed("m", {{"a", text}}).at("a").as_string(), std::string(1023, 'x') + "…");
}

TEST(LogFlood, leaves_out_repeats_past_the_limit_and_counts_them) {
  Flood flood;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < Flood::kMostASecond; ++i) EXPECT_TRUE(flood.ask("m", start).write);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(flood.ask("m", start).write);
  EXPECT_TRUE(flood.ask("another", start).write);
  const auto later = flood.ask("m", start + std::chrono::seconds(1));
  EXPECT_TRUE(later.write);
  EXPECT_EQ(later.left_out, 7);
  EXPECT_EQ(flood.ask("m", start + std::chrono::seconds(1)).left_out, 0);
}

TEST(Log, writes_to_standard_error_from_the_given_level_on) {
  configure(Level::warn, Format::json);
  ::testing::internal::CaptureStderr();
  info("too little");
  warn("enough", {{"a", "b"}});
  const auto line = ::testing::internal::GetCapturedStderr();
  const auto json = boost::json::parse(line).as_object();
  EXPECT_EQ(json.at("message").as_string(), "enough");
  EXPECT_EQ(json.at("level").as_string(), "warning");
  EXPECT_EQ(json.at("time").as_string().size(), 24U);
  configure(Level::info, Format::plain);
}

}  // namespace
}  // namespace parley::log
