#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"

namespace parley::api {

/// Where a connection comes from.
struct Peer {
  std::string address;  ///< textual IP address
  bool tls = false;
};

/// Whose word on the client's address and scheme is taken (PARLEY_TRUSTED_PROXIES).
class TrustedProxies {
 public:
  /// Addresses or networks in CIDR form, IPv4 or IPv6. Throws std::invalid_argument naming the first bad one.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  bool trusts(std::string_view address) const;

  /// The client behind `peer`. Where the peer is trusted, X-Forwarded-For is read from its right end: the first
  /// address that is not trusted counts (what is left of it anybody may have written), and the scheme is the last
  /// one of X-Forwarded-Proto. Otherwise the peer itself.
  Peer client(const Peer& peer, const Request& request) const;

 private:
  struct Network {
    std::array<unsigned char, 16> bytes{};  ///< IPv4 as ::ffff:a.b.c.d
    unsigned prefix = 0;
  };
  static Network parse_network(const std::string& text);

  std::vector<Network> networks_;
};

/// Whether somebody on this machine asks: over loopback, for a name of loopback (another name may have been led here by
/// its owner's DNS), and not through a proxy, as far as proxies tell. `peer`: of the connection itself.
Caller caller_of(const Peer& peer, const Request& request);

/// `text` as its canonical form ("::FFFF:1.2.3.4" is "1.2.3.4"), a port or brackets left out; empty where it is no
/// address.
std::string canonical_address(std::string_view text);

}  // namespace parley::api
