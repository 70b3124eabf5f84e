#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// Where a Redis is and how to sign in there.
struct RedisAddress {
  std::string host{};  ///< a name or an IP address; empty: there is no Redis
  std::uint16_t port = 6379;
  unsigned db = 0;
  std::string username{};  ///< of an ACL user; empty: the default one
  std::string password{};
  bool tls = false;
  std::string tls_ca{};  ///< a PEM file of the authorities to believe; empty: the system's
};

/// Reads redis://[[user]:password@]host[:port][/db], or rediss:// for TLS. Throws std::invalid_argument that says what
/// is wrong and shows nothing of the text, which may hold a password.
RedisAddress parse_redis_url(std::string_view text);

}  // namespace parley
