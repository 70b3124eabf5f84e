#include "core/strict_json.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

Code refused(std::string_view text) {
  const auto object = parse_json_object(text);
  return object ? Code::internal : object.error().code;
}

TEST(StrictJson, AnObjectIsParsed) {
  const auto object = parse_json_object(" {\"a\":1,\"b\":{\"c\":[true,null,\"\\u00e9\"]}}\r\n");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->at("b").at("c").at(2).as_string(), "é");
}

TEST(StrictJson, AMemberNamedTwiceIsRefusedAtEveryDepth) {
  EXPECT_TRUE(parse_json_object(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
  EXPECT_EQ(refused(R"({"a":1,"a":1})"), Code::malformed_json);
  EXPECT_EQ(refused(R"({"a":1,"\u0061":2})"), Code::malformed_json);
  EXPECT_EQ(refused(R"({"x":[{"a":1,"b":2,"a":3}]})"), Code::malformed_json);
}

TEST(StrictJson, EightLevelsAreTheMost) {
  EXPECT_TRUE(parse_json_object(R"({"a":[[[[[[[1]]]]]]]})"));
  EXPECT_EQ(refused(R"({"a":[[[[[[[[1]]]]]]]]})"), Code::malformed_json);
  EXPECT_EQ(refused(std::string(60'000, '[')), Code::malformed_json);
}

TEST(StrictJson, WhatIsNotJsonIsRefused) {
  for (const std::string_view text :
       {"", " ", "{", "{}x", "{} {}", "{'a':1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":\"\t\"}",
        "{\"a\":\"\xff\"}", "{\"a\":\"\xed\xa0\x80\"}", R"({"a":"\ud800"})", "/**/{}", "\xef\xbb\xbf{}"}) {
    EXPECT_EQ(refused(text), Code::malformed_json) << text;
  }
}

TEST(StrictJson, WhatIsNoObjectIsRefusedAsAWrongValue) {
  for (const std::string_view text : {"[]", "1", "\"a\"", "null", "true"}) {
    EXPECT_EQ(refused(text), Code::validation_failed) << text;
  }
}

}  // namespace
}  // namespace parley
