#include "core/redis_address.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <stdexcept>

namespace parley {
namespace {

constexpr const char* kForm = "is not a URL such as redis://user:password@host:6379/0 (rediss:// for TLS)";

unsigned number(std::string_view text, unsigned most, const char* fault) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) throw std::invalid_argument(fault);
  return value;
}

std::uint16_t port_of(std::string_view text) {
  const auto port = number(text, 65535, "has a port that is not a number from 1 to 65535");
  if (port == 0) throw std::invalid_argument("has port 0, which nothing listens on");
  return static_cast<std::uint16_t>(port);
}

}  // namespace

RedisAddress parse_redis_url(std::string_view text) {
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url || (url->scheme() != "redis" && url->scheme() != "rediss") || url->encoded_host().empty()) {
    throw std::invalid_argument(kForm);
  }
  if (url->has_query() || url->has_fragment())
    throw std::invalid_argument("has something after '?' or '#'; see REDIS_TLS_CA and the like");
  RedisAddress address;
  address.host = url->host_address();
  address.tls = url->scheme() == "rediss";
  address.username = url->user();
  address.password = url->password();
  if (!address.username.empty() && address.password.empty()) {
    throw std::invalid_argument("has a user without a password (a password alone is written redis://:password@host)");
  }
  if (!url->port().empty()) address.port = port_of({url->port().data(), url->port().size()});
  const std::string path(url->encoded_path());
  if (path.size() > 1)
    address.db = number(std::string_view(path).substr(1), 65535,
                        "has a database (after '/') that is not a number from 0 to 65535");
  return address;
}

}  // namespace parley
