#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/http.h"
#include "core/transport.h"

namespace parley::api {

/// What a WebSocket handshake asks for (RFC 6455 section 4.2.1), all of it checked.
struct Handshake {
  std::string key;    ///< Sec-WebSocket-Key
  std::string token;  ///< from Authorization, or from the subprotocol bearer.<token>; empty: none
};

/// bad_request for what is malformed or does not offer the subprotocol parley.v1, upgrade_required for a request
/// that is no WebSocket handshake or one of another version.
Result<Handshake> parse_handshake(const Request& request, bool connection_upgrade);

/// RFC 6455 section 4.2.2: Sec-WebSocket-Accept.
std::string accept_key(std::string_view key);

/// The 101 that ends HTTP on the connection; of the subprotocols only parley.v1 is named.
std::string switching_protocols(std::string_view key, std::string_view request_id);

/// A connection that speaks WebSocket from here on: 101 has been sent, no timer and no coroutine of HTTP is left.
struct Upgrade {
  std::unique_ptr<Transport> transport;
  std::string leftover;  ///< bytes that came right behind the handshake
  Identity identity;     ///< also says when the token ends
  std::string client_address;
  std::string request_id;
};
using OnUpgrade = std::function<void(Upgrade)>;

}  // namespace parley::api
