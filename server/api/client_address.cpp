#include "api/client_address.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "core/text.h"

namespace parley::api {
namespace {

namespace ip = boost::asio::ip;
using Bytes = std::array<unsigned char, 16>;

std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code error;
  auto address = ip::make_address(text, error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

Bytes bytes_of(const ip::address& address) {
  return address.is_v6() ? address.to_v6().to_bytes() : ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

/// The last element of a list, which is taken off.
std::string_view take_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  const auto element = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return trimmed(element);
}

/// "[::1]:80", "[::1]" and "1.2.3.4:80" without brackets and port.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
  }
  return std::ranges::count(text, ':') == 1 ? text.substr(0, text.find(':')) : text;
}

bool is_loopback(std::string_view address) {
  const auto parsed = parse_address(address);
  return parsed && parsed->is_loopback();
}

bool was_handed_on(const Request& request) {
  constexpr std::string_view kForwarded = "x-forwarded-";
  const auto first = request.headers.lower_bound(kForwarded);
  if (first != request.headers.end() && first->first.starts_with(kForwarded)) return true;
  return std::ranges::any_of(std::initializer_list<std::string_view>{"forwarded", "x-real-ip", "via"},
                             [&](std::string_view name) { return request.headers.contains(name); });
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks) networks_.push_back(parse_network(text));
}

TrustedProxies::Network TrustedProxies::parse_network(const std::string& text) {
  const auto slash = text.find('/');
  const auto address = parse_address(std::string_view(text).substr(0, slash));
  if (!address) throw std::invalid_argument("not an address or network: " + text);
  const unsigned most = address->is_v6() ? 128 : 32;
  unsigned prefix = most;
  if (slash != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, prefix);
    if (error != std::errc() || stop != end || prefix > most) {
      throw std::invalid_argument("not an address or network: " + text);
    }
  }
  return {bytes_of(*address), prefix + (128 - most)};
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  if (!parsed) return false;
  const auto bytes = bytes_of(*parsed);
  return std::ranges::any_of(networks_, [&](const Network& n) { return same_prefix(n.bytes, bytes, n.prefix); });
}

Peer TrustedProxies::client(const Peer& peer, const Request& request) const {
  Peer client = peer;
  if (!trusts(peer.address)) return client;
  std::string_view chain = request.header("x-forwarded-for");
  while (!chain.empty() && trusts(client.address)) {
    auto address = canonical_address(take_last(chain));
    if (address.empty()) break;  // the nearest proxy that can be named
    client.address = std::move(address);
  }
  std::string_view schemes = request.header("x-forwarded-proto");
  if (!schemes.empty()) client.tls = boost::beast::iequals(take_last(schemes), "https");
  return client;
}

Caller caller_of(const Peer& peer, const Request& request) {
  const auto host = without_port(request.header("host"));
  const bool asks_here = boost::beast::iequals(host, "localhost") || is_loopback(host);
  return is_loopback(peer.address) && asks_here && !was_handed_on(request) ? Caller::this_machine : Caller::elsewhere;
}

std::string canonical_address(std::string_view text) {
  const auto address = parse_address(without_port(text));
  return address ? address->to_string() : std::string();
}

}  // namespace parley::api
