#include "api/upgrade.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

Request upgrade_request() {
  Request request;
  request.headers = {{"upgrade", "websocket"},
                     {"sec-websocket-version", "13"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"sec-websocket-protocol", "parley.v1, bearer.a.b-c_d"}};
  return request;
}

Code refused(const Request& request, bool connection_upgrade = true) {
  const auto parsed = parse_handshake(request, connection_upgrade);
  return parsed ? Code::internal : parsed.error().code;
}

TEST(Handshake, TheTokenIsASubprotocolOrInAuthorizationWhichWins) {
  auto request = upgrade_request();
  EXPECT_EQ(parse_handshake(request, true)->token, "a.b-c_d");
  request.headers["authorization"] = "bearer x.y";
  EXPECT_EQ(parse_handshake(request, true)->token, "x.y");
  request.headers.erase("authorization");
  request.headers["sec-websocket-protocol"] = "other, parley.v1";
  EXPECT_EQ(parse_handshake(request, true)->token, "");
}

TEST(Handshake, WhatIsNoneIsToldToUpgrade) {
  EXPECT_EQ(refused(upgrade_request(), false), Code::upgrade_required);
  auto request = upgrade_request();
  request.headers["upgrade"] = "h2c, WebSocket";
  EXPECT_EQ(refused(request), Code::internal);
  for (const auto* upgrade : {"", "h2c", "websockets"}) {
    request.headers["upgrade"] = upgrade;
    EXPECT_EQ(refused(request), Code::upgrade_required) << upgrade;
  }
}

TEST(Handshake, OnlyVersion13IsSpoken) {
  for (const auto* version : {"", "8", "13, 8", "013"}) {
    auto request = upgrade_request();
    request.headers["sec-websocket-version"] = version;
    EXPECT_EQ(refused(request), Code::upgrade_required) << version;
  }
}

TEST(Handshake, TheKeyIsSixteenBytes) {
  for (const auto* key : {"", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZ===",
                          "dGhlIHNhbXBsZSBub25j ZQ==", "dGhlIHNhbXBsZSBub25jZQ==AAAA", "dGhlIHNhbXBsZSBub25j-Q=="}) {
    auto request = upgrade_request();
    request.headers["sec-websocket-key"] = key;
    EXPECT_EQ(refused(request), Code::bad_request) << key;
  }
}

TEST(Handshake, TheSubprotocolMustBeOffered) {
  for (const auto* offered : {"", "parley.v2", "bearer.x", "PARLEY.V1", "parley.v1, bearer.x, bearer.y"}) {
    auto request = upgrade_request();
    request.headers["sec-websocket-protocol"] = offered;
    EXPECT_EQ(refused(request), Code::bad_request) << offered;
  }
}

TEST(Handshake, TheAnswerIsTheRfcsAndNamesNoToken) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const auto answer = switching_protocols("dGhlIHNhbXBsZSBub25jZQ==", "r1");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_NE(answer.find("\r\nSec-WebSocket-Protocol: parley.v1\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("bearer"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace parley::api
