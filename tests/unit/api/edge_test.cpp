#include "api/edge.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <stdexcept>

#include "core/embedded.h"
#include "core/metrics.h"
#include "support/http_samples.h"

namespace parley::api {
namespace {

using test::header_of;
using test::run;

Task<Result<Identity>> authenticate(std::string token, std::string client_address) {
  Identity identity{.user_id = "u1", .username = "ada", .session_id = "s1"};
  if (token == "bot" || token == "admin-bot") identity.credential = Credential::access_token;
  if (token == "admin" || token == "admin-bot") identity.is_admin = true;
  if (token == "old") co_return refuse(Code::token_expired);
  if (token == "too-many") co_return Error{Code::rate_limited, client_address, {}, 3};
  if (token == "broken") throw StoreUnavailable("gone");
  const bool known = token == "good" || token == "bot" || token == "admin" || token == "admin-bot";
  if (!known) co_return refuse(Code::unauthorized);
  co_return identity;
}

Task<Result<Response>> who(Request request) {
  co_return json_response(200, request.identity ? request.identity->user_id : "nobody");
}
Task<Result<Response>> fails(Request request) {
  if (request.query.contains("store")) throw StoreUnavailable("the disk is on fire");
  if (request.query.contains("outcome")) throw OutcomeUnknown("timed out");
  if (request.query.contains("busy")) throw Busy("queue");
  if (request.query.contains("refused")) co_return invalid("name", "no");
  throw std::runtime_error("a secret of the inside");
}

struct Fixture : testing::Test {
  Fixture() {
    router.add(Method::get, "/api/open", Access::open, who);
    router.add(Method::post, "/api/open", Access::open, who);
    router.add(Method::get, "/api/optional", Access::optional, who);
    router.add(Method::get, "/api/me", Access::signed_in, who);
    router.add(Method::get, "/api/session", Access::session_only, who);
    router.add(Method::get, "/api/admin", Access::admin, who);
    router.add(Method::get, "/api/admin/session", Access::admin_session, who);
    router.add(Method::get, "/api/fails", Access::open, fails);
    router.add(Method::post, "/api/large", Access::open, who, 1'000'000);
    router.add(Method::get, "/healthz", Access::open, who);
  }

  static Request request(std::string path, std::string token = {}) {
    Request request;
    request.path = std::move(path);
    request.request_id = "r1";
    request.client_address = "192.0.2.1";
    request.headers["host"] = "h";
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
    return request;
  }
  Response answer(Request asked, std::optional<Method> method = Method::get) {
    asked.method = method.value_or(Method::get);
    return run(edge.answer(method, std::move(asked)));
  }
  static std::string code_of(const Response& response) {
    return std::string(boost::json::parse(response.body).at("code").as_string());
  }

  Router router;
  Origins origins{{"https://app.example.org"}};
  TrustedProxies proxies{{"10.0.0.1"}};
  Metrics metrics;
  std::string counted;
  bool over_limit = false;
  Edge edge{{.router = router,
             .origins = origins,
             .proxies = proxies,
             .authenticate = authenticate,
             .rate_limit = [this](const Request& asked) -> Result<void> {
               counted = asked.identity ? asked.identity->user_id : asked.client_address;
               if (over_limit) return Error{Code::rate_limited, "slow down", {}, 3};
               return {};
             },
             .fallback = [](const Request& asked) -> std::optional<Response> {
               if (asked.path != "/page") return std::nullopt;
               return Response{.content_type = "text/html; charset=utf-8", .body = "<p>"};
             },
             .on_upgrade = [](Upgrade) {},
             .metrics = &metrics}};
};
using AnEdge = Fixture;

TEST_F(AnEdge, LetsInWhomTheRouteAllows) {
  EXPECT_EQ(answer(request("/api/open")).body, "nobody");
  EXPECT_EQ(answer(request("/api/me", "good")).body, "u1");
  EXPECT_EQ(answer(request("/api/me", "bot")).body, "u1");
  EXPECT_EQ(answer(request("/api/session", "good")).status, 200);
  EXPECT_EQ(answer(request("/api/admin", "admin")).status, 200);
  EXPECT_EQ(answer(request("/api/admin", "admin-bot")).status, 200);
  EXPECT_EQ(answer(request("/api/admin/session", "admin")).status, 200);
  EXPECT_EQ(answer(request("/api/optional", "good")).body, "u1");
  EXPECT_EQ(answer(request("/api/optional", "bad")).body, "nobody");
  EXPECT_EQ(answer(request("/api/optional")).body, "nobody");
}

TEST_F(AnEdge, DoesNotTakeForNobodyWhoseTokenCouldNotBeLookedUp) {
  for (const char* path : {"/api/me", "/api/optional"}) {
    const auto response = answer(request(path, "too-many"));
    EXPECT_EQ(code_of(response), "rate_limited") << path;
    EXPECT_NE(response.body.find("192.0.2.1"), std::string::npos) << "the client's address is not handed on";
    EXPECT_EQ(header_of(response, "Retry-After"), "3");
  }
}

TEST_F(AnEdge, RefusesAllOthers) {
  EXPECT_EQ(code_of(answer(request("/api/me"))), "unauthorized");
  EXPECT_EQ(code_of(answer(request("/api/me", "bad"))), "unauthorized");
  EXPECT_EQ(code_of(answer(request("/api/me", "old"))), "token_expired");
  EXPECT_EQ(code_of(answer(request("/api/session", "bot"))), "session_required");
  EXPECT_EQ(code_of(answer(request("/api/admin", "good"))), "forbidden");
  EXPECT_EQ(code_of(answer(request("/api/admin/session", "admin-bot"))), "session_required");
  EXPECT_EQ(code_of(answer(request("/api/admin/session", "good"))), "forbidden");
  EXPECT_EQ(code_of(answer(request("/api/admin/session", "bot"))), "forbidden");
  EXPECT_NE(header_of(answer(request("/api/me")), "WWW-Authenticate"), "");
  auto basic = request("/api/me");
  basic.headers["authorization"] = "Basic Z29vZA==";
  EXPECT_EQ(answer(basic).status, 401);
}

TEST_F(AnEdge, TellsAFailureByTheTableAndNothingOfTheInside) {
  const std::pair<const char*, const char*> expected[] = {{"store", "store_unavailable"},
                                                          {"outcome", "outcome_unknown"},
                                                          {"busy", "busy"},
                                                          {"refused", "validation_failed"},
                                                          {"other", "internal_error"}};
  for (const auto& [query, code] : expected) {
    auto asked = request("/api/fails");
    asked.query[query] = "";
    const auto response = answer(asked);
    EXPECT_EQ(code_of(response), code);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(response.body.find("fire"), std::string::npos);
  }
  EXPECT_EQ(code_of(answer(request("/api/me", "broken"))), "store_unavailable");
}

TEST_F(AnEdge, AnswersAWrongMethodWithThoseThereAre) {
  for (const auto method : {std::optional(Method::del), std::optional<Method>()}) {
    const auto response = answer(request("/api/open"), method);
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD, POST, OPTIONS");
  }
  EXPECT_EQ(answer(request("/page"), Method::post).status, 405);
  EXPECT_EQ(answer(request("/ws"), Method::post).status, 405);
  EXPECT_EQ(code_of(answer(request("/nothing"), Method::post)), "not_found");
  EXPECT_EQ(code_of(answer(request("/nothing"), std::nullopt)), "not_found");
}

TEST_F(AnEdge, AnswersOptionsForWhatThereIs) {
  EXPECT_EQ(header_of(answer(request("/api/open"), Method::options), "Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(header_of(answer(request("/page"), Method::options), "Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(answer(request("*"), Method::options).status, 204);
  EXPECT_EQ(answer(request("/nothing"), Method::options).status, 404);
}

TEST_F(AnEdge, RefusesToChangeAnythingForAForeignPage) {
  for (const auto* origin : {"https://evil.example", "null", "http://h.evil.example"}) {
    auto asked = request("/api/open");
    asked.headers["origin"] = origin;
    EXPECT_EQ(code_of(answer(asked, Method::post)), "origin_not_allowed") << origin;
    EXPECT_EQ(answer(asked, Method::get).status, 200) << origin;
  }
  auto own = request("/api/open");
  own.headers["origin"] = "http://h";
  EXPECT_EQ(answer(own, Method::post).status, 200);
}

TEST_F(AnEdge, LetsAListedPageReadErrorsToo) {
  auto asked = request("/api/me");
  asked.headers["origin"] = "https://app.example.org";
  const auto response = answer(asked);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(header_of(response, "Access-Control-Allow-Origin"), "https://app.example.org");
}

TEST_F(AnEdge, CountsTheUserOrTheAddressAndSaysWhenToComeAgain) {
  answer(request("/api/me", "good"));
  EXPECT_EQ(counted, "u1");
  answer(request("/api/me", "bad"));
  EXPECT_EQ(counted, "192.0.2.1");
  over_limit = true;
  const auto response = answer(request("/api/me", "bad"));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(header_of(response, "Retry-After"), "3");
  EXPECT_EQ(answer(request("/healthz")).status, 200);
  EXPECT_EQ(answer(request("/page")).status, 200);
}

TEST_F(AnEdge, EveryAnswerCarriesTheSecurityHeadersAndTheRequestId) {
  for (const auto* path : {"/api/open", "/api/me", "/nothing", "/page", "/api/fails"}) {
    const auto response = answer(request(path));
    EXPECT_EQ(header_of(response, "X-Request-Id"), "r1") << path;
    EXPECT_EQ(header_of(response, "X-Content-Type-Options"), "nosniff") << path;
    EXPECT_NE(header_of(response, "Referrer-Policy"), "") << path;
    const auto policy = header_of(response, "Content-Security-Policy");
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store") << path;
    EXPECT_EQ(header_of(response, "Strict-Transport-Security"), "") << path;
  }
  auto secure = request("/api/open");
  secure.secure = true;
  EXPECT_NE(header_of(answer(secure), "Strict-Transport-Security"), "");
}

TEST_F(AnEdge, KnowsTheBodyLimitOfARoute) {
  RequestHead head;
  head.method = Method::post;
  head.request.path = "/api/large";
  EXPECT_EQ(edge.body_limit(head), 1'000'000u);
  head.request.path = "/nothing";
  EXPECT_EQ(edge.body_limit(head), kBodyLimit);
}

TEST_F(AnEdge, TakesARequestIdFromATrustedProxyOnly) {
  auto asked = request("/");
  asked.headers["x-request-id"] = "abc-1";
  edge.introduce(asked, {"10.0.0.1", false});
  EXPECT_EQ(asked.request_id, "abc-1");
  edge.introduce(asked, {"192.0.2.1", false});
  EXPECT_NE(asked.request_id, "abc-1");
  asked.headers["x-request-id"] = "a b";
  edge.introduce(asked, {"10.0.0.1", false});
  EXPECT_NE(asked.request_id, "a b");
}

TEST_F(AnEdge, TellsWhetherSomebodyOnThisMachineAsks) {
  auto asked = request("/");
  asked.headers["host"] = "localhost:8000";
  edge.introduce(asked, {"127.0.0.1", false});
  EXPECT_EQ(asked.caller, Caller::this_machine);
  edge.introduce(asked, {"10.0.0.1", false});
  EXPECT_EQ(asked.caller, Caller::elsewhere);
}

TEST_F(AnEdge, CountsAnswersAndErrors) {
  answer(request("/api/open"));
  answer(request("/nothing"));
  EXPECT_EQ(metrics.http_responses[1].value(), 1u);
  EXPECT_EQ(metrics.http_responses[3].value(), 1u);
  EXPECT_NE(metrics.text().find("parley_errors_total{code=\"not_found\"} 1"), std::string::npos);
}

RequestHead handshake(std::string token = "good") {
  RequestHead head;
  head.method = Method::get;
  head.wants_upgrade = true;
  head.request = Fixture::request("/ws", std::move(token));
  head.request.headers["upgrade"] = "websocket";
  head.request.headers["sec-websocket-version"] = "13";
  head.request.headers["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ==";
  head.request.headers["sec-websocket-protocol"] = "parley.v1";
  return head;
}

TEST_F(AnEdge, AdmitsAWebSocketWithAGoodToken) {
  const auto admission = run(edge.admit(handshake()));
  const auto* admitted = std::get_if<Edge::Admitted>(&admission);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->identity.user_id, "u1");
  EXPECT_NE(admitted->switching.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  EXPECT_EQ(counted, "u1");
}

TEST_F(AnEdge, RefusesAWebSocketWithItsReason) {
  const auto code = [&](RequestHead head) {
    auto admission = run(edge.admit(std::move(head)));
    const auto* response = std::get_if<Response>(&admission);
    return response ? code_of(*response) : std::string("admitted");
  };
  EXPECT_EQ(code(handshake("")), "unauthorized");
  EXPECT_EQ(code(handshake("old")), "token_expired");
  EXPECT_EQ(code(handshake("broken")), "store_unavailable");
  auto foreign = handshake();
  foreign.request.headers["origin"] = "https://evil.example";
  EXPECT_EQ(code(foreign), "origin_not_allowed");
  auto with_body = handshake();
  with_body.framing.content_length = 1;
  EXPECT_EQ(code(with_body), "bad_request");
  auto with_query = handshake();
  with_query.request.query["token"] = "good";
  EXPECT_EQ(code(with_query), "unknown_field");
  auto plain = handshake();
  plain.wants_upgrade = false;
  EXPECT_EQ(code(plain), "upgrade_required");
  auto post = handshake();
  post.method = Method::post;
  EXPECT_EQ(code(post), "method_not_allowed");
  over_limit = true;
  EXPECT_EQ(code(handshake()), "rate_limited");
}

TEST(LoggablePath, ShowsIdsAndNamesButNoSecrets) {
  EXPECT_EQ(loggable_path("/api/v1/rooms/01j9z4c0d2e4f6g8h0j2k4m6n8/messages"),
            "/api/v1/rooms/01j9z4c0d2e4f6g8h0j2k4m6n8/messages");
  EXPECT_EQ(loggable_path("/invite/q7TzM2xW9cLk4RbN"), "/invite/…");
  EXPECT_EQ(loggable_path("/no-token/of.15"), "/no-token/of.15");
  EXPECT_EQ(loggable_path("//"), "//");
  EXPECT_EQ(loggable_path(""), "");
}

TEST(LoggablePath, ShowsNoSecretThatSomethingStandsBeside) {
  EXPECT_EQ(loggable_path("/invite/q7TzM2xW9cLk4RbN."), "/invite/….");
  EXPECT_EQ(loggable_path("/invite/q7TzM2xW9cLk4RbN.html"), "/invite/….html");
  EXPECT_EQ(loggable_path("/invite/(q7TzM2xW9cLk4RbN)"), "/invite/(…)");
  EXPECT_EQ(loggable_path("/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMWo5ejRjIn0.q7Tz_M2xW9cLk-4RbN"), "/x/….….…");
  EXPECT_EQ(loggable_path("/01j9z4c0d2e4f6g8h0j2k4m6n8.q7TzM2xW9cLk4RbN"), "/01j9z4c0d2e4f6g8h0j2k4m6n8.…");
}

TEST(LoggablePath, ShowsTheFilesOfTheWebApp) {
  for (const auto& asset : embedded::all()) EXPECT_EQ(loggable_path(asset.path), asset.path);
  EXPECT_EQ(loggable_path("/assets/of-an-earlier-release.js"), "/assets/….js");
}

}  // namespace
}  // namespace parley::api
