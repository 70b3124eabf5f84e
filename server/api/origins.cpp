#include "api/origins.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "api/request_head.h"

namespace parley::api {
namespace {

using boost::beast::iequals;

constexpr std::string_view kPreflightAge = "600";  // seconds that a browser may remember the answer

struct Origin {
  bool https = false;
  std::string_view authority{};  ///< empty: not an origin of http or https
};

Origin parse_origin(std::string_view text) {
  Origin origin;
  if (text.starts_with("https://")) {
    origin = {true, text.substr(8)};
  } else if (text.starts_with("http://")) {
    origin = {false, text.substr(7)};
  }
  return is_authority(origin.authority) ? origin : Origin();
}

std::string_view without_default_port(std::string_view authority, bool https) {
  const std::string_view port = https ? ":443" : ":80";
  return authority.ends_with(port) ? authority.substr(0, authority.size() - port.size()) : authority;
}

/// The scheme counts too. Behind a proxy that speaks TLS it is known from PARLEY_TRUSTED_PROXIES only.
bool is_own(const Origin& origin, const Request& request) {
  if (origin.authority.empty() || origin.https != request.secure) return false;
  const auto host = request.header("host");
  return !host.empty() &&
         iequals(without_default_port(origin.authority, origin.https), without_default_port(host, origin.https));
}

}  // namespace

Origins::Verdict Origins::judge(const Request& request) const {
  const auto it = request.headers.find("origin");
  if (it == request.headers.end()) return Verdict::none;
  if (is_own(parse_origin(it->second), request)) return Verdict::own;
  const bool listed = std::ranges::find(allowed_, it->second) != allowed_.end() && it->second != "null";
  return listed ? Verdict::listed : Verdict::foreign;
}

Headers cors_headers(const Origins& origins, const Request& request) {
  if (origins.judge(request) != Origins::Verdict::listed) return {};
  return {{"Access-Control-Allow-Origin", std::string(request.header("origin"))},
          {"Access-Control-Allow-Credentials", "true"},
          {"Access-Control-Expose-Headers", "Retry-After, X-Request-Id"},
          {"Vary", "Origin"}};
}

Response options_response(const Origins& origins, const Request& request, const std::vector<Method>& allowed) {
  Response response = no_content();
  response.headers.emplace_back("Allow", allow_list(allowed));
  const bool preflight = !request.header("access-control-request-method").empty();
  if (!preflight || origins.judge(request) != Origins::Verdict::listed) return response;
  response.headers.emplace_back("Access-Control-Allow-Methods", allow_list(allowed));
  response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.headers.emplace_back("Access-Control-Max-Age", kPreflightAge);
  return response;
}

}  // namespace parley::api
