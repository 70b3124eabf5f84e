#include "api/request_head.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <charconv>
#include <string>

#include "core/utf8.h"

namespace parley::api {
namespace {

using boost::beast::iequals;

/// Fields that are no lists (RFC 9110 section 5.2): given twice, one reader takes the first, another the last.
constexpr std::array<std::string_view, 12> kOnce{
    "host",   "content-length", "transfer-encoding", "content-type",      "authorization",         "origin",
    "expect", "user-agent",     "x-forwarded-proto", "sec-websocket-key", "sec-websocket-version", "x-request-id"};

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_token(std::string_view text) {  // RFC 9110 section 5.6.2
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  const auto fits = [&](char c) { return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos; };
  return !text.empty() && std::ranges::all_of(text, fits);
}

bool is_target(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<void> check_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad_request("The request line is malformed.");
  if (!is_token(line.substr(0, first))) return bad_request("The method is malformed.");
  if (!is_target(line.substr(first + 1, last - first - 1))) return bad_request("The request target is malformed.");
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad_request("Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  return {};
}

/// What has been seen of the fields that decide about the body and the host.
struct Seen {
  std::array<bool, kOnce.size()> once{};
  std::optional<std::uint64_t> length{};
  bool chunked = false;
  bool host = false;
};

Result<void> note_length(std::string_view value, Seen& seen) {
  const bool digits = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
  if (value.empty() || value.size() > 18 || !digits) return bad_request("Content-Length is malformed.");
  std::uint64_t length = 0;
  std::from_chars(value.data(), value.data() + value.size(), length);
  seen.length = length;
  return {};
}

Result<void> note_field(std::string_view name, std::string_view value, Seen& seen) {
  for (std::size_t i = 0; i < kOnce.size(); ++i) {
    if (!iequals(name, kOnce[i])) continue;
    if (seen.once[i]) return bad_request("A header field that may come only once came twice.");
    seen.once[i] = true;
  }
  if (iequals(name, "content-length")) return note_length(value, seen);
  if (iequals(name, "transfer-encoding")) {
    if (!iequals(value, "chunked")) return bad_request("The transfer coding is not known.");
    seen.chunked = true;
  } else if (iequals(name, "host")) {
    if (!is_authority(value)) return bad_request("Host is malformed.");
    seen.host = true;
  }
  return {};
}

Result<void> check_field(std::string_view line, Seen& seen) {
  const auto colon = line.find(':');
  // A line that starts with a space (folding) has no token before its colon either.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return bad_request("A header field is malformed.");
  auto value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  value = value.substr(0, value.find_last_not_of(" \t") + 1);
  if (!utf8::valid(value)) return bad_request("A header field is not valid UTF-8.");
  return note_field(line.substr(0, colon), value, seen);
}

Result<Framing> check_framing(const Seen& seen, bool http_1_0) {
  if (!seen.host && !http_1_0) return bad_request("Host is missing.");
  if (seen.chunked && http_1_0) return bad_request("HTTP/1.0 has no transfer codings.");
  if (seen.chunked && seen.length) return bad_request("Content-Length and Transfer-Encoding exclude each other.");
  return Framing{seen.chunked, seen.length.value_or(0)};
}

}  // namespace

bool is_authority(std::string_view text) {
  constexpr std::string_view kOthers = ".-_:[]";
  const auto fits = [&](char c) { return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos; };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, fits);
}

Result<std::optional<std::size_t>> HeadScanner::scan(std::string_view bytes) {
  while (scanned_ < bytes.size() && !complete_) {
    if (auto taken = take(bytes[scanned_]); !taken) return taken.error();
  }
  if (auto sizes = check_sizes(); !sizes) return sizes.error();
  return complete_ ? std::optional(scanned_) : std::nullopt;
}

Result<void> HeadScanner::take(char c) {
  const std::size_t at = scanned_++;
  if (after_cr_ != (c == '\n')) return bad_request("A line does not end with CR LF.");
  after_cr_ = c == '\r';
  if (c == '\n') {
    const std::size_t length = at - 1 - line_start_;
    if (length == 0 && request_line_end_ == 0) return bad_request("The request line is missing.");
    complete_ = length == 0;
    if (request_line_end_ == 0) request_line_end_ = scanned_;
    line_start_ = scanned_;
    ++lines_;
  } else if (c != '\r' && c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
    return bad_request("The header has a control character.");
  }
  return check_sizes();
}

Result<void> HeadScanner::check_sizes() const {
  constexpr std::size_t kBesidesTarget = 32;  // a method, two spaces, the version, CR LF
  const std::size_t request_line = request_line_end_ != 0 ? request_line_end_ : scanned_;
  if (request_line > limits_.target + kBesidesTarget) return refuse(Code::uri_too_long);
  if (request_line_end_ != 0 && scanned_ - request_line_end_ > limits_.fields) return refuse(Code::header_too_large);
  if (lines_ > limits_.count + 2) return refuse(Code::header_too_large, "Too many header fields.");
  return {};
}

Result<Framing> check_head(std::string_view head) {
  const auto request_line = head.substr(0, head.find("\r\n"));
  if (auto checked = check_request_line(request_line); !checked) return checked.error();
  Seen seen;
  auto rest = head.substr(request_line.size() + 2);
  while (!rest.starts_with("\r\n")) {
    const auto line = rest.substr(0, rest.find("\r\n"));
    if (auto checked = check_field(line, seen); !checked) return checked.error();
    rest.remove_prefix(line.size() + 2);
  }
  return check_framing(seen, request_line.ends_with("/1.0"));
}

}  // namespace parley::api
