#include "api/assets.h"

#include <gtest/gtest.h>

#include "support/http_samples.h"

namespace parley::api {
namespace {

using embedded::Asset;
using test::header_of;

constexpr Asset kAssets[] = {
    {"/api/v1/openapi.yaml", "application/yaml", "\"y\"", "openapi: 3", "", "", false},
    {"/assets/app-12345678.js", "text/javascript; charset=utf-8", "\"j\"", "javascript", "br", "gzip", true},
    {"/docs/index.html", "text/html; charset=utf-8", "\"d\"", "docs", "", "", false},
    {"/index.html", "text/html; charset=utf-8", "\"i\"", "page", "", "", false},
};
std::optional<Response> find(std::string path, std::map<std::string, std::string, std::less<>> headers = {}) {
  Request request;
  request.path = std::move(path);
  request.headers = std::move(headers);
  return Assets(kAssets).find(request);
}

TEST(Assets, AreServedAsTheClientLikesThem) {
  const auto plain = find("/assets/app-12345678.js");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->constant_body, "javascript");
  EXPECT_EQ(header_of(*plain, "Content-Encoding"), "");
  EXPECT_EQ(header_of(*plain, "Vary"), "Accept-Encoding");
  const auto brotli = find("/assets/app-12345678.js", {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(brotli->constant_body, "br");
  EXPECT_EQ(header_of(*brotli, "Content-Encoding"), "br");
  EXPECT_NE(header_of(*brotli, "ETag"), header_of(*plain, "ETag"));
  EXPECT_EQ(find("/assets/app-12345678.js", {{"accept-encoding", "gzip"}})->constant_body, "gzip");
}

TEST(Assets, AreCachedForEverByTheirHashAndElseAskedForAnew) {
  EXPECT_NE(header_of(*find("/assets/app-12345678.js"), "Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(header_of(*find("/"), "Cache-Control"), "no-cache");
}

TEST(Assets, AKnownTagIsNotModified) {
  for (const auto* tag : {"\"i\"", "W/\"i\"", "\"x\", \"i\"", "*"}) {
    const auto response = find("/", {{"if-none-match", tag}});
    EXPECT_EQ(response->status, 304) << tag;
    EXPECT_TRUE(response->constant_body.empty());
    EXPECT_EQ(header_of(*response, "ETag"), "\"i\"");
  }
  EXPECT_EQ(find("/", {{"if-none-match", "\"other\""}})->status, 200);
  // The brotli variant's tag is not the identity's.
  EXPECT_EQ(find("/assets/app-12345678.js", {{"if-none-match", "\"j-br\""}})->status, 200);
}

TEST(Assets, PagesOfTheAppAreItsIndexWhereHtmlIsAskedFor) {
  const std::string html = "text/html,*/*";
  for (const auto* path : {"/", "/rooms/r1", "/login", "/apiary", "/docs-of-mine", "/"}) {
    const auto response = find(path, {{"accept", html}});
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(response->constant_body, "page") << path;
  }
  for (const auto* path :
       {"/missing.js", "/assets/x.css", "/api/v1/nothing", "/api", "/ws", "/ws/x", "/docs/nothing"}) {
    EXPECT_FALSE(find(path, {{"accept", html}})) << path;
  }
  EXPECT_FALSE(find("/rooms/r1", {{"accept", "*/*"}}));
  EXPECT_FALSE(find("/rooms/r1"));
}

TEST(Assets, DocsAreAPage) {
  EXPECT_EQ(find("/docs")->constant_body, "docs");
  EXPECT_EQ(find("/docs/")->constant_body, "docs");
}

TEST(Assets, ContractsAreCallsThatTakeNoParameters) {
  Router router;
  Assets(kAssets).add_routes(router);
  const auto match = router.match(Method::get, "/api/v1/openapi.yaml");
  ASSERT_TRUE(match.route);
  Request request;
  EXPECT_EQ(test::run(match.route->handler(request))->constant_body, "openapi: 3");
  request.query["x"] = "1";
  EXPECT_EQ(test::run(match.route->handler(request)).error().code, Code::unknown_field);
}

}  // namespace
}  // namespace parley::api
