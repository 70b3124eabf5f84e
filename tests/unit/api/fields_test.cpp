#include "api/fields.h"

#include <functional>
#include <gtest/gtest.h>

#include "support/http_samples.h"

namespace parley::api {
namespace {

using test::json_request;

/// What finish() says after `read` has read its fields; internal where it is content.
Error fault_of(const Request& request, const std::function<void(Fields&)>& read) {
  Fields fields(request);
  read(fields);
  const auto finished = fields.finish();
  return finished ? Error{} : finished.error();
}

void read_name(Fields& fields) {
  fields.text("name");
}

TEST(Fields, ReadWhatIsThere) {
  Fields fields(json_request(R"({"name":"é","count":5.0,"on":true})"));
  EXPECT_EQ(fields.text("name", {.least = 1, .most = 1}), "é");
  EXPECT_EQ(fields.optional_number("count", 1, 5), 5);
  EXPECT_TRUE(fields.flag("on"));
  EXPECT_EQ(fields.optional_text("other"), std::nullopt);
  EXPECT_EQ(fields.optional_flag("another"), std::nullopt);
  EXPECT_TRUE(fields.finish());
}

TEST(Fields, AnUnknownFieldIsRefusedByName) {
  const auto error = fault_of(json_request(R"({"name":"a","nmae":"b"})"), read_name);
  EXPECT_EQ(error.code, Code::unknown_field);
  EXPECT_EQ(error.field, "nmae");
}

TEST(Fields, AMissingFieldIsRefusedByName) {
  const auto error = fault_of(json_request("{}"), read_name);
  EXPECT_EQ(error.code, Code::validation_failed);
  EXPECT_EQ(error.field, "name");
  EXPECT_EQ(fault_of(json_request(""), read_name).field, "name");
}

TEST(Fields, AWrongTypeIsRefusedByName) {
  for (const auto* value : {"1", "null", "[]", "{}", "true"}) {
    const auto error = fault_of(json_request(std::string("{\"name\":") + value + "}"), read_name);
    EXPECT_EQ(error.code, Code::validation_failed) << value;
    EXPECT_EQ(error.field, "name") << value;
  }
  const auto flag = fault_of(json_request(R"({"on":"true"})"), [](Fields& fields) { fields.flag("on"); });
  EXPECT_EQ(flag.field, "on");
}

TEST(Fields, NumbersAreIntegersInTheirRange) {
  const auto read = [](Fields& fields) { fields.optional_number("n", 1, 100); };
  EXPECT_EQ(fault_of(json_request(R"({"n":1})"), read).code, Code::internal);
  EXPECT_EQ(fault_of(json_request(R"({"n":100})"), read).code, Code::internal);
  for (const auto* value : {"0", "101", "1.5", "-1", "1e300", "18446744073709551615", "\"5\"", "null"}) {
    const auto error = fault_of(json_request(std::string("{\"n\":") + value + "}"), read);
    EXPECT_EQ(error.code, Code::validation_failed) << value;
    EXPECT_EQ(error.field, "n") << value;
  }
}

TEST(Fields, ATextIsMeasuredInCodePointsAndHasNoNul) {
  const auto read = [](Fields& fields) { fields.text("name", {.least = 2, .most = 3}); };
  EXPECT_EQ(fault_of(json_request("{\"name\":\"äöü\"}"), read).code, Code::internal);
  EXPECT_EQ(fault_of(json_request("{\"name\":\"ä\"}"), read).code, Code::validation_failed);
  EXPECT_EQ(fault_of(json_request("{\"name\":\"äöüß\"}"), read).code, Code::validation_failed);
  EXPECT_EQ(fault_of(json_request(R"({"name":"a\u0000b"})"), read).code, Code::validation_failed);
}

TEST(Fields, ABrokenBodyIsToldBeforeWhatIsMissingFromIt) {
  EXPECT_EQ(fault_of(json_request("{"), read_name).code, Code::malformed_json);
  EXPECT_EQ(fault_of(json_request("{\"name\":\"\xff\"}"), read_name).code, Code::malformed_json);
  EXPECT_EQ(fault_of(json_request("[]"), read_name).code, Code::validation_failed);
}

TEST(Fields, OnlyJsonIsTaken) {
  for (const auto* type : {"", "text/plain", "application/jsonx", "application/json; charset=latin1",
                           "application/x-www-form-urlencoded"}) {
    auto request = json_request("{}");
    request.headers["content-type"] = type;
    EXPECT_EQ(fault_of(request, read_name).code, Code::unsupported_media_type) << type;
  }
  for (const auto* type : {"application/json", "Application/JSON", "application/json; charset=UTF-8"}) {
    auto request = json_request(R"({"name":"a"})");
    request.headers["content-type"] = type;
    EXPECT_EQ(fault_of(request, read_name).code, Code::internal) << type;
  }
}

TEST(Fields, ACallWithABodyTakesNoQuery) {
  auto request = json_request(R"({"name":"a"})");
  request.query["verbose"] = "1";
  const auto error = fault_of(request, read_name);
  EXPECT_EQ(error.code, Code::unknown_field);
  EXPECT_EQ(error.field, "verbose");
}

TEST(Fields, AQuerysNumbersAndFlagsAreParsed) {
  Request request;
  request.query = {{"limit", "50"}, {"all", "true"}, {"q", "x"}};
  auto fields = Fields::of_query(request);
  EXPECT_EQ(fields.optional_number("limit", 1, 100), 50);
  EXPECT_EQ(fields.optional_flag("all"), true);
  EXPECT_EQ(fields.optional_text("q"), "x");
  EXPECT_TRUE(fields.finish());
}

TEST(Fields, AQuerysNumberMustBeWholeAndItsNamesKnown) {
  for (const auto* value : {"", "1x", " 1", "1.0", "+1", "101", "99999999999999999999"}) {
    Request request;
    request.query["limit"] = value;
    auto fields = Fields::of_query(request);
    fields.optional_number("limit", 1, 100);
    ASSERT_FALSE(fields.finish()) << value;
    EXPECT_EQ(fields.finish().error().field, "limit");
  }
  Request request;
  request.query["limti"] = "1";
  EXPECT_EQ(Fields::of_query(request).finish().error().code, Code::unknown_field);
}

TEST(Fields, ANulInAParameterIsRefusedByName) {
  Request request;
  request.query["q"] = std::string("a\0b", 3);
  auto fields = Fields::of_query(request);
  fields.optional_text("q");
  ASSERT_FALSE(fields.finish());
  EXPECT_EQ(fields.finish().error().field, "q");
}

TEST(Fields, AFormIsTakenWhereItIsAskedFor) {
  auto request = json_request("name=a+b%26&x=1");
  request.headers["content-type"] = "application/x-www-form-urlencoded";
  auto fields = Fields::json_or_form(request);
  EXPECT_EQ(fields.text("name"), "a b&");
  EXPECT_EQ(fields.finish().error().field, "x");
  request.body = "name=%zz";
  EXPECT_EQ(Fields::json_or_form(request).finish().error().code, Code::bad_request);
  EXPECT_TRUE(Fields::json_or_form(json_request("{}")).finish());
}

TEST(Fields, TheFirstFaultCounts) {
  Fields fields(json_request("{}"));
  fields.fault(invalid("a", "first"));
  fields.fault(invalid("b", "second"));
  fields.text("c");
  EXPECT_EQ(fields.finish().error().field, "a");
}

}  // namespace
}  // namespace parley::api
