#include <gtest/gtest.h>

#include "api/http.h"

namespace parley::api {
namespace {

Task<Result<Response>> answer(Request) {
  co_return no_content();
}

Router sample_router() {
  Router router;
  router.add(Method::get, "/api/rooms", Access::signed_in, answer);
  router.add(Method::post, "/api/rooms", Access::signed_in, answer, 100);
  router.add(Method::get, "/api/rooms/{room_id}", Access::signed_in, answer);
  router.add(Method::get, "/api/rooms/public", Access::open, answer);
  router.add(Method::put, "/api/rooms/{room_id}/members/{user_id}", Access::signed_in, answer);
  return router;
}

TEST(Router, FindsByMethodAndPathAndGivesTheNamedSegments) {
  const auto router = sample_router();
  const auto match = router.match(Method::put, "/api/rooms/r1/members/u 2");
  ASSERT_TRUE(match.route);
  EXPECT_EQ(match.params.at("room_id"), "r1");
  EXPECT_EQ(match.params.at("user_id"), "u 2");
}

TEST(Router, ALiteralSegmentWinsOverAName) {
  const auto router = sample_router();
  const auto match = router.match(Method::get, "/api/rooms/public");
  ASSERT_TRUE(match.route);
  EXPECT_EQ(match.route->access, Access::open);
  EXPECT_TRUE(match.params.empty());
}

TEST(Router, AGetRouteAnswersHead) {
  const auto router = sample_router();
  EXPECT_TRUE(router.match(Method::head, "/api/rooms").route);
  EXPECT_FALSE(router.match(Method::head, "/api/rooms/r/members/u").route);
}

TEST(Router, AWrongMethodGetsThoseThatThePathHas) {
  const auto router = sample_router();
  const auto match = router.match(Method::del, "/api/rooms");
  EXPECT_FALSE(match.route);
  EXPECT_EQ(match.allowed, (std::vector{Method::get, Method::post}));
}

TEST(Router, AnUnknownPathHasNoMethods) {
  const auto router = sample_router();
  for (const auto* path : {"/", "/api", "/api/rooms/", "/api//rooms", "//api/rooms", "/api/rooms/r/", "/API/rooms",
                           "/api/rooms/r/members/", "*", ""}) {
    const auto match = router.match(Method::get, path);
    EXPECT_FALSE(match.route) << path;
    EXPECT_TRUE(match.allowed.empty()) << path;
  }
}

TEST(Router, ARouteKeepsItsOwnLimitForBodies) {
  const auto router = sample_router();
  EXPECT_EQ(router.match(Method::post, "/api/rooms").route->body_limit, 100u);
  EXPECT_EQ(router.match(Method::get, "/api/rooms").route->body_limit, kBodyLimit);
}

}  // namespace
}  // namespace parley::api
