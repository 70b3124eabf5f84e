#include "api/client_address.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace parley::api {
namespace {

Request forwarded(std::string chain, std::string scheme = {}) {
  Request request;
  request.headers["x-forwarded-for"] = std::move(chain);
  if (!scheme.empty()) request.headers["x-forwarded-proto"] = std::move(scheme);
  return request;
}

TEST(TrustedProxies, AStrangersForwardingIsNotBelieved) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  const auto client = proxies.client({"192.0.2.1", false}, forwarded("198.51.100.7", "https"));
  EXPECT_EQ(client.address, "192.0.2.1");
  EXPECT_FALSE(client.tls);
}

TEST(TrustedProxies, TheRightmostUntrustedAddressCounts) {
  const TrustedProxies proxies({"10.0.0.0/8", "::1"});
  const auto address = [&](const char* chain) { return proxies.client({"::1", false}, forwarded(chain)).address; };
  EXPECT_EQ(address("198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(address("1.1.1.1, 198.51.100.7, 10.1.2.3"), "198.51.100.7");
  EXPECT_EQ(address("10.9.9.9, 10.1.2.3"), "10.9.9.9");
  EXPECT_EQ(address("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(address("[2001:db8::1]:443"), "2001:db8::1");
  EXPECT_EQ(address("198.51.100.7:1234"), "198.51.100.7");
  EXPECT_EQ(address("::ffff:198.51.100.7"), "198.51.100.7");
}

TEST(TrustedProxies, WhatIsNoAddressEndsTheChain) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client({"10.0.0.1", false}, forwarded("198.51.100.7, unknown, 10.0.0.2")).address, "10.0.0.2");
  EXPECT_EQ(proxies.client({"10.0.0.1", false}, forwarded("evil\"}")).address, "10.0.0.1");
  EXPECT_EQ(proxies.client({"10.0.0.1", false}, Request{}).address, "10.0.0.1");
}

TEST(TrustedProxies, TheSchemeIsTheNearestProxys) {
  const TrustedProxies proxies({"10.0.0.1"});
  EXPECT_TRUE(proxies.client({"10.0.0.1", false}, forwarded("1.2.3.4", "https")).tls);
  EXPECT_TRUE(proxies.client({"10.0.0.1", false}, forwarded("1.2.3.4", "http, HTTPS")).tls);
  EXPECT_FALSE(proxies.client({"10.0.0.1", true}, forwarded("1.2.3.4", "http")).tls);
  EXPECT_TRUE(proxies.client({"10.0.0.1", true}, forwarded("1.2.3.4")).tls);
}

TEST(TrustedProxies, NetworksEndAtTheirPrefix) {
  const TrustedProxies proxies({"192.0.2.128/25", "2001:db8::/33", "0.0.0.0/32"});
  EXPECT_TRUE(proxies.trusts("192.0.2.200"));
  EXPECT_TRUE(proxies.trusts("::ffff:192.0.2.200"));
  EXPECT_FALSE(proxies.trusts("192.0.2.127"));
  EXPECT_TRUE(proxies.trusts("2001:db8:7fff::1"));
  EXPECT_FALSE(proxies.trusts("2001:db8:8000::1"));
  EXPECT_FALSE(proxies.trusts(""));
  EXPECT_TRUE(TrustedProxies({"0.0.0.0/0"}).trusts("8.8.8.8"));
  EXPECT_FALSE(TrustedProxies({"0.0.0.0/0"}).trusts("2001:db8::1"));
}

TEST(TrustedProxies, WhatIsNoNetworkIsRefused) {
  for (const auto* text : {"", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::/129"}) {
    EXPECT_THROW(TrustedProxies({text}), std::invalid_argument) << text;
  }
}

Request asking(std::string host, std::string header = {}) {
  Request request;
  request.headers["host"] = std::move(host);
  if (!header.empty()) request.headers[header] = "127.0.0.1";
  return request;
}

TEST(ACaller, IsOfThisMachineWhoAsksItByItsName) {
  for (const char* host : {"localhost:8000", "LocalHost", "127.0.0.1:8000", "127.8.9.10", "[::1]:8000"}) {
    EXPECT_EQ(caller_of({"127.0.0.1", false}, asking(host)), Caller::this_machine) << host;
    EXPECT_EQ(caller_of({"::1", false}, asking(host)), Caller::this_machine) << host;
    EXPECT_EQ(caller_of({"::ffff:127.0.0.1", false}, asking(host)), Caller::this_machine) << host;
  }
}

TEST(ACaller, IsFromElsewhereWithAnotherAddress) {
  EXPECT_EQ(caller_of({"192.0.2.1", false}, asking("localhost")), Caller::elsewhere);
  EXPECT_EQ(caller_of({"2001:db8::1", false}, asking("[::1]")), Caller::elsewhere);
}

TEST(ACaller, IsFromElsewhereWhoAsksForAnotherName) {
  for (const char* host : {"evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", ""}) {
    EXPECT_EQ(caller_of({"127.0.0.1", false}, asking(host)), Caller::elsewhere) << host;
  }
}

TEST(ACaller, IsFromElsewhereWhomAProxyHandedOn) {
  for (const char* header : {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-", "forwarded", "x-real-ip", "via"}) {
    EXPECT_EQ(caller_of({"127.0.0.1", false}, asking("localhost", header)), Caller::elsewhere) << header;
  }
  EXPECT_EQ(caller_of({"127.0.0.1", false}, asking("localhost", "x-request-id")), Caller::this_machine);
}

}  // namespace
}  // namespace parley::api
