#include "api/origins.h"

#include <gtest/gtest.h>

#include "support/http_samples.h"

namespace parley::api {
namespace {

using Verdict = Origins::Verdict;

Request from(std::string origin, std::string host = "chat.example.org", bool secure = true) {
  Request request;
  request.secure = secure;
  request.headers["host"] = std::move(host);
  request.headers["origin"] = std::move(origin);
  return request;
}

Origins origins() {
  return Origins({"https://app.example.org", "null"});
}

TEST(Origins, TheOwnHostIsAllowedAndWhoSaysNothingIsNoBrowser) {
  EXPECT_EQ(origins().judge(from("https://chat.example.org")), Verdict::own);
  EXPECT_EQ(origins().judge(from("https://CHAT.example.org:443")), Verdict::own);
  EXPECT_EQ(origins().judge(from("https://chat.example.org", "chat.example.org:443")), Verdict::own);
  EXPECT_EQ(origins().judge(from("http://localhost:8000", "localhost:8000", false)), Verdict::own);
  EXPECT_EQ(origins().judge(from("http://[::1]:8000", "[::1]:8000", false)), Verdict::own);
  EXPECT_EQ(origins().judge(Request{}), Verdict::none);
  EXPECT_TRUE(origins().allowed(Request{}));
}

TEST(Origins, AListedOneIsAllowedExactly) {
  EXPECT_EQ(origins().judge(from("https://app.example.org")), Verdict::listed);
  EXPECT_EQ(origins().judge(from("https://app.example.org.evil.example")), Verdict::foreign);
  EXPECT_EQ(origins().judge(from("https://app.example.org:8443")), Verdict::foreign);
  EXPECT_EQ(origins().judge(from("http://app.example.org")), Verdict::foreign);
}

TEST(Origins, LookAlikesAreForeign) {
  for (const auto* origin :
       {"", "null", "https://", "chat.example.org", "https://chat.example.org.evil.example", "http://chat.example.org",
        "https://chat.example.org:8000", "https://evil.example/https://chat.example.org",
        "https://chat.example.org@evil.example", "https://chat.example.org/", "https://xchat.example.org",
        "https://chat.example.org https://evil.example", "HTTPS://chat.example.org", "file://", "*"}) {
    EXPECT_EQ(origins().judge(from(origin)), Verdict::foreign) << origin;
    EXPECT_FALSE(origins().allowed(from(origin))) << origin;
  }
  EXPECT_EQ(origins().judge(from("https://localhost:8000", "localhost:8000", false)), Verdict::foreign);
}

TEST(Cors, OnlyAListedPageMayReadTheAnswer) {
  const auto headers = cors_headers(origins(), from("https://app.example.org"));
  const Response response{.headers = headers};
  EXPECT_EQ(test::header_of(response, "Access-Control-Allow-Origin"), "https://app.example.org");
  EXPECT_EQ(test::header_of(response, "Access-Control-Allow-Credentials"), "true");
  EXPECT_TRUE(cors_headers(origins(), from("https://evil.example")).empty());
  EXPECT_TRUE(cors_headers(origins(), from("null")).empty());
  EXPECT_TRUE(cors_headers(origins(), Request{}).empty());
}

TEST(Cors, APreflightIsAnsweredForListedPagesOnly) {
  auto request = from("https://app.example.org");
  request.headers["access-control-request-method"] = "PATCH";
  const auto granted = options_response(origins(), request, {Method::get, Method::patch});
  EXPECT_EQ(granted.status, 204);
  EXPECT_EQ(test::header_of(granted, "Access-Control-Allow-Methods"), "GET, HEAD, PATCH, OPTIONS");
  request.headers["origin"] = "https://evil.example";
  const auto denied = options_response(origins(), request, {Method::get});
  EXPECT_EQ(test::header_of(denied, "Access-Control-Allow-Methods"), "");
  EXPECT_EQ(test::header_of(denied, "Allow"), "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace parley::api
