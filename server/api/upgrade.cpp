#include "api/upgrade.h"

#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "api/bearer.h"

namespace parley::api {
namespace {

using boost::beast::iequals;

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kSubprotocol = "parley.v1";
constexpr std::string_view kTokenPrefix = "bearer.";

/// 16 bytes in base64: 22 digits, of which the last holds four bits only, and two equals signs.
bool is_key(std::string_view key) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (key.size() != 24 || !key.ends_with("==")) return false;
  if (key.substr(0, 22).find_first_not_of(kDigits) != std::string_view::npos) return false;
  return kDigits.find(key[21]) % 16 == 0;
}

bool is_handshake(const Request& request, bool connection_upgrade) {
  if (!connection_upgrade) return false;
  return boost::beast::http::token_list(request.header("upgrade")).exists("websocket");
}

struct Subprotocols {
  bool ours = false;
  std::string token{};
};

/// Names of subprotocols are tokens and are told apart by case (RFC 6455 section 4.1, item 10).
Result<Subprotocols> parse_subprotocols(std::string_view header) {
  const boost::beast::http::token_list list(header);
  Subprotocols found;
  for (const std::string_view name : list) {
    if (name == kSubprotocol) found.ours = true;
    if (!name.starts_with(kTokenPrefix)) continue;
    if (!found.token.empty()) return bad_request("Two tokens are offered.");
    found.token = name.substr(kTokenPrefix.size());
  }
  if (!found.ours) return bad_request("The subprotocol parley.v1 must be offered.");
  return found;
}

}  // namespace

Result<Handshake> parse_handshake(const Request& request, bool connection_upgrade) {
  if (!is_handshake(request, connection_upgrade)) return refuse(Code::upgrade_required);
  if (request.header("sec-websocket-version") != "13") {
    return refuse(Code::upgrade_required, "Only version 13 of the WebSocket protocol is spoken here.");
  }
  const auto key = request.header("sec-websocket-key");
  if (!is_key(key)) return bad_request("Sec-WebSocket-Key is malformed.");
  auto subprotocols = parse_subprotocols(request.header("sec-websocket-protocol"));
  if (!subprotocols) return subprotocols.error();
  auto token = bearer_token(request);
  if (token.empty()) token = std::move(subprotocols->token);
  return Handshake{std::string(key), std::move(token)};
}

std::string accept_key(std::string_view key) {
  std::string text(key);
  text += kGuid;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> base64{};
  const int size = EVP_EncodeBlock(base64.data(), digest.data(), SHA_DIGEST_LENGTH);
  return std::string(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size));
}

std::string switching_protocols(std::string_view key, std::string_view request_id) {
  std::string out = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  out.append("Sec-WebSocket-Accept: ").append(accept_key(key)).append("\r\n");
  out.append("Sec-WebSocket-Protocol: ").append(kSubprotocol).append("\r\n");
  out.append("X-Request-Id: ").append(request_id).append("\r\n\r\n");
  return out;
}

}  // namespace parley::api
