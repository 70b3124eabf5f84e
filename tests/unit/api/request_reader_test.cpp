#include "api/request_reader.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

using Event = RequestReader::Event;

constexpr std::string_view kUnfinishedGet = "GET /a HTTP/1.1\r\nHost: h\r\n";

struct Reading {
  std::optional<Error> error{};
  std::vector<Request> requests{};
  bool keep_alive = true;
};

/// Reads all requests of the bytes, fed in pieces of `piece` bytes.
Reading read(std::string_view bytes, std::size_t piece, std::size_t limit = 64) {
  Reading reading;
  RequestReader reader;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      const auto event = reader.next();
      if (!event) return reading.error = event.error(), reading;
      if (*event == Event::need_more) break;
      if (*event == Event::head) {
        reading.keep_alive = reader.head().keep_alive;
        if (const auto accepted = reader.accept_body(limit); !accepted) {
          return reading.error = accepted.error(), reading;
        }
      } else {
        reading.requests.push_back(reader.take());
      }
    }
  }
  return reading;
}

/// The one code that the bytes are refused with, however they are cut; internal where they are not.
Code refusal(std::string_view bytes) {
  const auto whole = read(bytes, bytes.size());
  const auto single = read(bytes, 1);
  const auto code = [](const Reading& reading) { return reading.error ? reading.error->code : Code::internal; };
  EXPECT_EQ(code(whole), code(single)) << bytes;
  return code(single);
}

std::string with_fields(std::string_view fields) {
  return "POST /a HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n\r\n";
}

TEST(RequestReader, ReadsMethodPathQueryHeadersAndBodyHoweverTheyAreCut) {
  const std::string bytes =
      "POST /a%20b?q=1 HTTP/1.1\r\nHost: h:80\r\nX-A:  v \t\r\nX-A: w\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    auto reading = read(bytes, piece);
    ASSERT_FALSE(reading.error) << piece;
    ASSERT_EQ(reading.requests.size(), 1u) << piece;
    const auto& request = reading.requests[0];
    EXPECT_EQ(request.method, Method::post);
    EXPECT_EQ(request.path, "/a b");
    EXPECT_EQ(request.query.at("q"), "1");
    EXPECT_EQ(request.header("x-a"), "v, w");
    EXPECT_EQ(request.body, "hello");
  }
}

TEST(RequestReader, PipelinedRequestsComeOutInOrderHoweverTheyAreCut) {
  const std::string bytes =
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto reading = read(bytes, piece);
    ASSERT_FALSE(reading.error) << piece;
    ASSERT_EQ(reading.requests.size(), 3u) << piece;
    EXPECT_EQ(reading.requests[0].body, "abc");
    EXPECT_EQ(reading.requests[1].body, "def");
    EXPECT_EQ(reading.requests[2].path, "/3");
    EXPECT_EQ(reading.requests[2].body, "");
  }
}

TEST(RequestReader, WrongDoubledAndConflictingLengthsAreRefused) {
  for (const auto* fields : {"Content-Length: 5\r\nContent-Length: 5",
                             "Content-Length: 5\r\nContent-Length: 6",
                             "Content-Length: 5, 5",
                             "Content-Length: -1",
                             "Content-Length: +5",
                             "Content-Length: 0x5",
                             "Content-Length: 5 5",
                             "Content-Length: five",
                             "Content-Length:",
                             "Content-Length: 99999999999999999999",
                             "Content-Length: 5\r\nTransfer-Encoding: chunked",
                             "Transfer-Encoding: chunked\r\nContent-Length: 5",
                             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                             "Transfer-Encoding: gzip, chunked",
                             "Transfer-Encoding: chunked, identity",
                             "Transfer-Encoding: identity",
                             "Transfer-Encoding: xchunked",
                             "Transfer-Encoding:",
                             "Transfer-Encoding: \x0b"
                             "chunked",
                             "Transfer-Encoding: chunked;q=1",
                             "Transfer-Encoding: \"chunked\""}) {
    EXPECT_EQ(refusal(with_fields(fields)), Code::bad_request) << fields;
  }
}

TEST(RequestReader, MalformedLinesAreRefused) {
  for (const auto* fields : {"Content-Length : 5", "Transfer-Encoding : chunked", "X: y\r\n folded", "X: y\r\n\tfolded",
                             " X: y", "NoColon", ": empty", "Bad Name: x", "X\xc3\xa4: y", "X: \x01", "X: \x7f",
                             "X: a\rb", "X: a\nY: b", "X: a\r\r\nY: b", "X: \xff"}) {
    EXPECT_EQ(refusal(with_fields(fields)), Code::bad_request) << fields;
  }
  EXPECT_EQ(refusal(with_fields("X: gr\xc3\xbc\xc3\x9f")), Code::internal);
}

TEST(RequestReader, MalformedRequestLinesAreRefused) {
  for (const std::string_view line : {"GET",
                                      "GET /",
                                      "GET  / HTTP/1.1",
                                      "GET /  HTTP/1.1",
                                      "GET / HTTP/1.1 ",
                                      " GET / HTTP/1.1",
                                      "GET / HTTP/1.2",
                                      "GET / HTTP/2.0",
                                      "GET / http/1.1",
                                      "GET / HTTP/1.1x",
                                      "G@T / HTTP/1.1",
                                      "GET /a b HTTP/1.1",
                                      "GET a HTTP/1.1",
                                      "GET /\xc3\xa4 HTTP/1.1",
                                      "GET * HTTP/1.1",
                                      "CONNECT h:80 HTTP/1.1",
                                      "GET /\tx HTTP/1.1",
                                      "GET http://other/ HTTP/1.1",
                                      "GET ftp://h/ HTTP/1.1",
                                      "PRI * HTTP/2.0"}) {
    EXPECT_EQ(refusal(std::string(line) + "\r\nHost: h\r\n\r\n"), Code::bad_request) << line;
  }
  EXPECT_EQ(refusal(std::string("\x16\x03\x01\x02\x00\x01", 6)), Code::bad_request);
}

TEST(RequestReader, HostComesOnceAndIsAnAuthority) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), Code::bad_request);
  for (const auto* host : {"", "a b", "a/b", "a@b", "a,b", "a?b", "h\r\nHost: h"}) {
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), Code::bad_request) << host;
  }
  for (const auto* host : {"h", "h:80", "[::1]:80", "1.2.3.4", "a-b.c_d"}) {
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), Code::internal) << host;
  }
}

TEST(RequestReader, AnAbsoluteTargetNamesTheSameHost) {
  const auto reading = read("GET http://H/a?b=1 HTTP/1.1\r\nHost: h\r\n\r\n", 100);
  ASSERT_EQ(reading.requests.size(), 1u);
  EXPECT_EQ(reading.requests[0].path, "/a");
  EXPECT_EQ(reading.requests[0].query.at("b"), "1");
}

TEST(RequestReader, Http10IsClosedMayLackItsHostAndHasNoTransferCodings) {
  const auto reading = read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 100);
  EXPECT_EQ(reading.requests.size(), 1u);
  EXPECT_FALSE(reading.keep_alive);
  EXPECT_EQ(refusal("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), Code::bad_request);
}

TEST(RequestReader, ConnectionCloseIsHeardAmongOtherTokens) {
  EXPECT_TRUE(read(std::string(kUnfinishedGet) + "Connection: x-close\r\n\r\n", 100).keep_alive);
  EXPECT_FALSE(read(std::string(kUnfinishedGet) + "Connection: foo, Close\r\n\r\n", 100).keep_alive);
}

TEST(RequestReader, OneEmptyLineBeforeARequestIsIgnored) {
  EXPECT_EQ(read("\r\n" + std::string(kUnfinishedGet) + "\r\n", 1).requests.size(), 1u);
  EXPECT_EQ(refusal("\r\n\r\n" + std::string(kUnfinishedGet) + "\r\n"), Code::bad_request);
  EXPECT_EQ(refusal("\n" + std::string(kUnfinishedGet) + "\r\n"), Code::bad_request);
}

TEST(RequestReader, AnEndlessUrlIsRefusedBeforeItsEnd) {
  EXPECT_EQ(refusal("GET /" + std::string(8'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"), Code::internal);
  EXPECT_EQ(refusal("GET /" + std::string(9'000, 'a')), Code::uri_too_long);
}

TEST(RequestReader, AnEndlessHeaderIsRefusedBeforeItsEnd) {
  EXPECT_EQ(refusal(std::string(kUnfinishedGet) + "X: " + std::string(16'000, 'a') + "\r\n\r\n"), Code::internal);
  EXPECT_EQ(refusal(std::string(kUnfinishedGet) + "X: " + std::string(17'000, 'a')), Code::header_too_large);
  std::string many(kUnfinishedGet);
  for (int i = 0; i < 110; ++i) many += "X: y\r\n";
  EXPECT_EQ(refusal(many), Code::header_too_large);
}

TEST(RequestReader, ADeclaredBodyIsRefusedBeforeItComes) {
  EXPECT_EQ(refusal(with_fields("Content-Length: 65")), Code::body_too_large);
  EXPECT_EQ(refusal(with_fields("Content-Length: 64")), Code::internal);
}

TEST(RequestReader, AChunkedBodyIsRefusedOnceItIsTooLarge) {
  const auto chunked = [](const std::string& chunks) {
    return refusal(with_fields("Transfer-Encoding: chunked") + chunks);
  };
  EXPECT_EQ(chunked("40\r\n" + std::string(64, 'a') + "\r\n0\r\n\r\n"), Code::internal);
  EXPECT_EQ(chunked("41\r\n"), Code::body_too_large);
  EXPECT_EQ(chunked("40\r\n" + std::string(64, 'a') + "\r\n1\r\n"), Code::body_too_large);
  EXPECT_EQ(chunked("1;x=" + std::string(2'000, 'a')), Code::body_too_large);
  EXPECT_EQ(chunked("0\r\nX: " + std::string(2'000, 'a')), Code::body_too_large);
}

TEST(RequestReader, ALongExtensionIsRefusedThoughTheBodyMayBeLarge) {
  const auto bytes =
      with_fields("Transfer-Encoding: chunked") + "1;x=" + std::string(2'000, 'a') + "\r\na\r\n0\r\n\r\n";
  const auto reading = read(bytes, bytes.size(), 1'000'000);
  ASSERT_TRUE(reading.error);
  EXPECT_EQ(reading.error->code, Code::body_too_large);
}

TEST(RequestReader, MalformedChunksAreRefused) {
  for (const std::string_view chunks :
       {"x\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "1\r\nab\r\n0\r\n\r\n", "1\nab", "\r\n", "1 1\r\na\r\n"}) {
    const auto code = refusal(with_fields("Transfer-Encoding: chunked") + std::string(chunks));
    EXPECT_TRUE(code == Code::bad_request || code == Code::body_too_large) << chunks;
  }
}

TEST(RequestReader, ATrailerBecomesNoHeader) {
  const auto reading =
      read(with_fields("Transfer-Encoding: chunked") + "1\r\na\r\n0\r\nAuthorization: Bearer x\r\n\r\n", 7);
  ASSERT_EQ(reading.requests.size(), 1u);
  EXPECT_EQ(reading.requests[0].header("authorization"), "");
}

TEST(RequestReader, CookiesOfSeveralFieldsAreJoinedAsCookies) {
  const auto reading = read(std::string(kUnfinishedGet) + "Cookie: a=1\r\nCookie: b=2\r\n\r\n", 100);
  ASSERT_EQ(reading.requests.size(), 1u);
  EXPECT_EQ(reading.requests[0].cookie("b"), "2");
  EXPECT_EQ(refusal(std::string(kUnfinishedGet) + "Authorization: a\r\nAuthorization: b\r\n\r\n"), Code::bad_request);
}

TEST(RequestReader, AnUnknownMethodIsReadAndAnUnknownExpectationRefused) {
  RequestReader reader;
  reader.feed("BREW /a HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(reader.next());
  EXPECT_FALSE(reader.head().method);
  EXPECT_EQ(refusal(with_fields("Expect: 200-ok")), Code::bad_request);
  EXPECT_EQ(refusal(with_fields("Expect: 100-continue")), Code::internal);
}

TEST(RequestReader, KnowsWhetherARequestHasBegun) {
  RequestReader reader;
  EXPECT_FALSE(reader.in_request());
  reader.feed("G");
  ASSERT_TRUE(reader.next());
  EXPECT_TRUE(reader.in_request());
  reader.feed("ET / HTTP/1.1\r\nHost: h\r\n\r\nrest");
  ASSERT_EQ(*reader.next(), Event::head);
  ASSERT_TRUE(reader.accept_body(0));
  reader.take();
  EXPECT_EQ(reader.take_rest(), "rest");
  EXPECT_FALSE(reader.in_request());
}

}  // namespace
}  // namespace parley::api
