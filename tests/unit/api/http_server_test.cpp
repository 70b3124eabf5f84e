#include "api/http_server.h"

#include <atomic>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/http_server_fixture.h"
#include "support/raw_client.h"
#include "support/tls_files.h"

namespace parley::api {
namespace {

using namespace std::chrono_literals;
using test::body_of;
using test::RawClient;
using test::status_of;

constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";

Task<Result<Response>> echo(Request request) {
  co_return json_response(200, request.path + ":" + request.body);
}
Task<Result<Response>> slow(Request) {
  co_await sleep_for(200ms);
  co_return json_response(200, "slow");
}
Task<Result<Response>> endless(Request) {
  co_await sleep_for(1h);
  co_return no_content();
}
Task<Result<Response>> large(Request) {
  co_return json_response(200, std::string(4'000'000, 'x'));
}

class AnHttpServer : public testing::Test, public test::HttpServerFixture {
 public:
  AnHttpServer() {
    router.add(Method::get, "/echo", Access::open, echo);
    router.add(Method::post, "/echo", Access::open, echo, 1000);
    router.add(Method::get, "/slow", Access::open, slow);
    router.add(Method::get, "/endless", Access::open, endless);
    router.add(Method::get, "/large", Access::open, large);
  }
  ~AnHttpServer() override { stop(); }

  /// Whether there are soon so many connections.
  bool becomes_open(std::size_t count) {
    for (int i = 0; i < 500; ++i) {
      if (on_io([this] { return server->open(); }) == count) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  static std::string ask(std::uint16_t port, std::string_view request) {
    RawClient client(port);
    client.send(request);
    return client.response();
  }
};

TEST_F(AnHttpServer, KeepsTheConnectionForTheNextRequest) {
  RawClient client(start());
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    EXPECT_EQ(body_of(client.response()), "/echo:");
  }
}

TEST_F(AnHttpServer, AnswersPipelinedRequestsInOrder) {
  RawClient client(start());
  client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\nPOST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi" +
              std::string(kGet));
  EXPECT_EQ(body_of(client.response()), "slow");
  EXPECT_EQ(body_of(client.response()), "/echo:hi");
  EXPECT_EQ(body_of(client.response()), "/echo:");
}

TEST_F(AnHttpServer, AnswersHeadWithTheLengthAndNoBody) {
  RawClient client(start());
  client.send("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kGet));
  const auto head = client.response(true);
  EXPECT_EQ(status_of(head), "200");
  EXPECT_NE(head.find("Content-Length: 6\r\n"), std::string::npos);
  EXPECT_EQ(body_of(client.response()), "/echo:");
}

TEST_F(AnHttpServer, ClosesAfterTheAnswerWhereItIsAsked) {
  const auto port = start();
  for (const auto* request :
       {"GET /echo HTTP/1.0\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"}) {
    RawClient client(port);
    client.send(request);
    const auto response = client.response();
    EXPECT_EQ(status_of(response), "200");
    EXPECT_NE(response.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(client.ended());
  }
}

TEST_F(AnHttpServer, RefusesWhatIsMalformedAndTakesNothingBehindItForARequest) {
  RawClient client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
              std::string(kGet));
  const auto all = client.rest();
  EXPECT_EQ(status_of(all), "400");
  EXPECT_NE(all.find("\"code\":\"bad_request\""), std::string::npos);
  EXPECT_NE(all.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos);
}

TEST_F(AnHttpServer, RefusesADeclaredBodyBeforeItComesAndTheAnswerArrives) {
  RawClient client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'));
  const auto response = client.response();
  EXPECT_EQ(status_of(response), "413");
  EXPECT_TRUE(client.ended());
}

TEST_F(AnHttpServer, OffersToContinueOnlyWhereTheBodyIsWelcome) {
  const auto port = start();
  RawClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(body_of(client.response()), "/echo:hi");
  EXPECT_EQ(
      status_of(ask(port, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")),
      "413");
}

TEST_F(AnHttpServer, TimesOutAHeadThatTrickles) {
  RawClient client(start());
  client.send("GET /echo HTTP/1.1\r\nHost: h\r\n");
  const auto response = client.response();
  EXPECT_EQ(status_of(response), "408");
  EXPECT_NE(response.find("\"code\":\"request_timeout\""), std::string::npos);
  EXPECT_TRUE(client.ended());
}

TEST_F(AnHttpServer, TimesOutABodyThatTrickles) {
  RawClient client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
  std::atomic<bool> stopped{false};
  std::thread dripping([&] {
    for (int i = 0; i < 40 && !stopped; ++i) {
      client.send("x");
      std::this_thread::sleep_for(20ms);
    }
  });
  const auto response = client.response();
  stopped = true;
  dripping.join();
  EXPECT_EQ(status_of(response), "408");
}

TEST_F(AnHttpServer, ClosesAnIdleConnectionWithoutAWord) {
  RawClient client(start());
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(metrics.http_responses[3].value(), 0u);
}

TEST_F(AnHttpServer, AHandlerMayTakeLongerThanARequest) {
  limits.times.body = 50ms;
  limits.times.head = 50ms;
  limits.times.idle = 50ms;
  EXPECT_EQ(status_of(ask(start(), "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")), "200");
}

TEST_F(AnHttpServer, SendsALargeAnswerToASlowReader) {
  RawClient client(start());
  client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(body_of(client.response()).size(), 4'000'000u);
}

TEST_F(AnHttpServer, DropsAReaderThatHasStalled) {
  limits.times.stalled = 100ms;
  RawClient client(start());
  client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(becomes_open(1));
  EXPECT_TRUE(becomes_open(0));
}

TEST_F(AnHttpServer, RefusesConnectionsPastTheLimitAndTakesThemAgainLater) {
  limits.connections = 2;
  const auto port = start();
  auto first = std::make_unique<RawClient>(port);
  first->send(kGet);
  EXPECT_EQ(status_of(first->response()), "200");
  RawClient second(port);
  second.send(kGet);
  EXPECT_EQ(status_of(second.response()), "200");
  RawClient third(port);
  const auto refusal = third.response();
  EXPECT_EQ(status_of(refusal), "503");
  EXPECT_NE(refusal.find("Content-Type: application/problem+json"), std::string::npos);
  EXPECT_NE(body_of(refusal).find(R"("code":"busy")"), std::string::npos);
  first.reset();
  EXPECT_TRUE(becomes_open(1));
  EXPECT_EQ(status_of(ask(port, kGet)), "200");
  EXPECT_EQ(metrics.http_connections_refused.value(), 1u);
}

/// Takes descriptors until there are none left; gives them back at the end.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 256;
    setrlimit(RLIMIT_NOFILE, &low);
    for (int fd = open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0; fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) {
      taken_.push_back(fd);
    }
  }
  ~NoDescriptors() {
    for (const int fd : taken_) ::close(fd);
    setrlimit(RLIMIT_NOFILE, &before_);
  }
  void give_one() {
    ::close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST_F(AnHttpServer, OutOfDescriptorsServesThoseItHasTurnsOthersAwayAndRecovers) {
  const auto port = start();
  RawClient present(port);
  present.send(kGet);
  EXPECT_EQ(status_of(present.response()), "200");
  {
    NoDescriptors none;
    none.give_one();  // for the client's own end
    RawClient newcomer(port);
    EXPECT_TRUE(newcomer.ended(2000));
    present.send(kGet);
    EXPECT_EQ(status_of(present.response()), "200");
  }
  EXPECT_GE(metrics.http_connections_refused.value(), 1u);
  EXPECT_EQ(status_of(ask(port, kGet)), "200");
}

TEST_F(AnHttpServer, StoppingFinishesWhatIsInFlightAndClosesTheIdle) {
  const auto port = start();
  RawClient idle(port);
  idle.send(kGet);
  idle.response();
  RawClient busy(port);
  busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(becomes_open(2));
  std::this_thread::sleep_for(50ms);
  shut_down(5s);
  const auto response = busy.response();
  EXPECT_EQ(body_of(response), "slow");
  EXPECT_NE(response.find("Connection: close"), std::string::npos);
  EXPECT_EQ(idle.rest(), "");
  EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST_F(AnHttpServer, StoppingDoesNotWaitForEver) {
  RawClient client(start());
  client.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  EXPECT_LT(shut_down(200ms), 3s);
  EXPECT_EQ(client.rest(), "");
}

TEST_F(AnHttpServer, ABusyPortIsToldInOneLine) {
  const auto port = start();
  EventLoop other_loop;
  HttpServer other(other_loop, *edge, limits, nullptr, nullptr);
  try {
    other.listen("127.0.0.1", port);
    FAIL() << "bound twice";
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(e.what(), "can't listen on 127.0.0.1:" + std::to_string(port) + ": another program uses the port");
  }
}

Task<Result<Identity>> accept_token(std::string token, std::string) {
  if (token != "good") co_return refuse(Code::unauthorized);
  Identity identity;
  identity.user_id = "u1";
  co_return identity;
}

std::string handshake_text(std::string_view token) {
  return "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, "
         "Upgrade\r\nSec-WebSocket-Version: "
         "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: parley.v1, bearer." +
         std::string(token) + "\r\n\r\n";
}

TEST_F(AnHttpServer, HandsOverAWebSocketWithWhatCameBehindIt) {
  std::optional<Upgrade> upgraded;
  authenticate = accept_token;
  on_upgrade = [&](Upgrade upgrade) { upgraded.emplace(std::move(upgrade)); };
  limits.times.idle = 100ms;
  RawClient client(start());
  client.send(handshake_text("good") + "frames");
  const auto response = client.response();
  EXPECT_EQ(status_of(response), "101");
  EXPECT_NE(response.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  std::this_thread::sleep_for(300ms);  // no time-out of HTTP may be left
  on_io([&] {
    ASSERT_TRUE(upgraded);
    EXPECT_EQ(upgraded->leftover, "frames");
    EXPECT_EQ(upgraded->identity.user_id, "u1");
    EXPECT_EQ(upgraded->client_address, "127.0.0.1");
    EXPECT_EQ(server->open(), 1u);
    const auto hello = asio::buffer("hello", 5);
    EXPECT_EQ(upgraded->transport->write_now({&hello, 1}).bytes, 5u);
    upgraded->transport->shutdown_send();
  });
  EXPECT_EQ(client.rest(), "hello");
  on_io([&] {
    upgraded.reset();
    EXPECT_EQ(server->open(), 0u);
  });
}

TEST_F(AnHttpServer, RefusesAWebSocketWithoutAGoodToken) {
  authenticate = accept_token;
  on_upgrade = [](Upgrade) { FAIL(); };
  const auto port = start();
  RawClient client(port);
  client.send(handshake_text("bad"));
  EXPECT_EQ(status_of(client.response()), "401");
  EXPECT_TRUE(client.ended());
}

TEST_F(AnHttpServer, SpeaksTls) {
  const test::TlsFiles files;
  tls = std::make_unique<TlsContext>(files.certificate(), files.key());
  const auto port = start();
  RawClient client(port, RawClient::Layer::tls);
  client.send(kGet);
  const auto response = client.response();
  EXPECT_EQ(body_of(response), "/echo:");
  EXPECT_NE(response.find("Strict-Transport-Security"), std::string::npos);
  client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.response()).size(), 4'000'000u);
}

TEST_F(AnHttpServer, ClosesWhoDoesNotSpeakTlsOrNotInTime) {
  const test::TlsFiles files;
  tls = std::make_unique<TlsContext>(files.certificate(), files.key());
  limits.times.handshake = 100ms;
  const auto port = start();
  RawClient plain(port);
  plain.send(kGet);
  EXPECT_EQ(plain.rest().find("HTTP"), std::string::npos);
  RawClient silent(port);
  EXPECT_TRUE(silent.ended());
  RawClient good(port, RawClient::Layer::tls);
  good.send(kGet);
  EXPECT_EQ(status_of(good.response()), "200");
}

TEST(TlsContext, AnUnreadableFileIsNamed) {
  const test::TlsFiles files;
  const auto failure = [](const std::string& certificate, const std::string& key) -> std::string {
    try {
      const TlsContext context(certificate, key);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return {};
  };
  EXPECT_NE(failure("/nowhere/cert.pem", files.key()).find("/nowhere/cert.pem"), std::string::npos);
  EXPECT_NE(failure(files.certificate(), "/nowhere/key.pem").find("/nowhere/key.pem"), std::string::npos);
  const test::TlsFiles others;
  EXPECT_NE(failure(files.certificate(), others.key()).find(others.key()), std::string::npos);
}

}  // namespace
}  // namespace parley::api
