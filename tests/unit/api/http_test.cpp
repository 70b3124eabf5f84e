#include "api/http.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "api/response_text.h"
#include "support/http_samples.h"

namespace parley::api {
namespace {

using test::header_of;

TEST(Problem, CarriesWhatTheTableAndTheErrorSay) {
  const auto response = problem(invalid("name", "name: is \"wrong\"."), "r1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto json = boost::json::parse(response.body);
  EXPECT_EQ(json.at("type"), "about:blank");
  EXPECT_EQ(json.at("title"), "Unprocessable Content");
  EXPECT_EQ(json.at("status"), 422);
  EXPECT_EQ(json.at("code"), "validation_failed");
  EXPECT_EQ(json.at("detail"), "name: is \"wrong\".");
  EXPECT_EQ(json.at("field"), "name");
  EXPECT_EQ(json.at("request_id"), "r1");
}

TEST(Problem, WithoutAMessageTheTitleOfItsKindIsTheDetailAndThereIsNoField) {
  const auto json = boost::json::parse(problem(refuse(Code::not_found), "r").body);
  EXPECT_FALSE(json.at("detail").as_string().empty());
  EXPECT_FALSE(json.as_object().contains("field"));
}

TEST(Problem, SaysWhenToComeAgain) {
  EXPECT_EQ(header_of(problem({Code::rate_limited, {}, {}, 7}, "r"), "Retry-After"), "7");
  EXPECT_EQ(header_of(problem(refuse(Code::busy), "r"), "Retry-After"), "1");
  EXPECT_EQ(header_of(problem(refuse(Code::not_found), "r"), "Retry-After"), "");
}

TEST(Problem, AnUnauthorizedOneChallenges) {
  EXPECT_EQ(header_of(problem(refuse(Code::unauthorized), "r"), "WWW-Authenticate"), "Bearer realm=\"parley\"");
  EXPECT_NE(header_of(problem(refuse(Code::token_expired), "r"), "WWW-Authenticate").find("invalid_token"),
            std::string::npos);
}

TEST(Problem, EveryCodeHasAStatusWithWords) {
  for (int i = 0; i <= static_cast<int>(Code::outcome_unknown); ++i) {
    EXPECT_FALSE(reason_phrase(kind_of(static_cast<Code>(i)).http_status).empty()) << i;
  }
}

TEST(Problem, OfAWrongMethodListsThoseThereAre) {
  const auto response = method_not_allowed({Method::del, Method::get}, "r");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD, DELETE, OPTIONS");
}

TEST(Cookies, AreFoundByTheirWholeName) {
  Request request;
  request.headers["cookie"] = "xa=1; a=2;b = 3 ;a2=4";
  EXPECT_EQ(request.cookie("a"), "2");
  EXPECT_EQ(request.cookie("b"), "3");
  EXPECT_EQ(request.cookie("x"), "");
}

TEST(Cookies, GivenTwiceCountAsNone) {
  Request request;
  request.headers["cookie"] = "a=1; a=2";
  EXPECT_EQ(request.cookie("a"), "");
}

TEST(ResponseHead, HasTheLengthOfTheBodyAlsoForHead) {
  const auto head = response_head(json_response(200, "{\"a\":1}"), {.without_body = true});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(head.find("\r\nContent-Length: 7\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nDate: "), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(ResponseHead, OfNoContentHasNoLength) {
  EXPECT_EQ(response_head(no_content(), {}).find("Content-Length"), std::string::npos);
}

TEST(ResponseHead, CannotBeSplitByAValue) {
  Response response{.headers = {{"X-A", "1\r\nX-B: 2"}, {"X-C", "3"}}};
  const auto head = response_head(response, {});
  EXPECT_EQ(head.find("X-B"), std::string::npos);
  EXPECT_NE(head.find("X-C: 3"), std::string::npos);
}

}  // namespace
}  // namespace parley::api
