#include "api/security_headers.h"

#include <algorithm>

namespace parley::api {
namespace {

// 'self' covers ws: and wss: of the same host (CSP level 3, section 6.7.2.8). data: images: icons of Swagger UI.
// blob: images: previews of what a person is about to send.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

constexpr std::pair<std::string_view, std::string_view> kAlways[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    // A page's path may hold an invite's token, which a proxy in front would log with each request that the page makes.
    {"Referrer-Policy", "strict-origin"},  // "no-referrer" would make the Origin of our own pages "null"
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

bool is_data(std::string_view content_type) {
  return content_type.empty() || content_type == "application/json" || content_type == "application/problem+json";
}

bool has(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& header) { return header.first == name; });
}

}  // namespace

void add_security_headers(Response& response, bool secure) {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", is_data(response.content_type) ? kDataPolicy : kPagePolicy);
  for (const auto& [name, value] : kAlways) headers.emplace_back(name, value);
  if (secure) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  if (!has(response, "Cache-Control")) headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace parley::api
