#include "api/request_reader.h"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "api/url.h"

namespace parley::api {
namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;
using BeastRequest = http::request<http::empty_body>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Repeated fields become one (RFC 9110 section 5.3; of cookies RFC 9113 section 8.2.3); check_head() has refused
/// those that must not be.
void copy_fields(const BeastRequest& from, Request& into) {
  for (const auto& field : from) {
    auto name = lower(field.name_string());
    const std::string_view separator = name == "cookie" ? "; " : ", ";
    const auto [at, added] = into.headers.emplace(std::move(name), std::string_view(field.value()));
    if (!added) at->second.append(separator).append(std::string_view(field.value()));
  }
}

/// The target without the scheme and authority of its absolute form (RFC 9112 section 3.2.2), which must name the
/// same host as Host does.
Result<std::string_view> origin_form(std::string_view target, std::string_view host) {
  if (target.starts_with('/')) return target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!iequals(target.substr(0, scheme.size()), scheme)) continue;
    const auto rest = target.substr(scheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    if (!iequals(rest.substr(0, slash), host)) return bad_request("The request target and Host name different hosts.");
    return slash == rest.size() ? std::string_view("/") : rest.substr(slash);
  }
  return bad_request("The request target is not a path.");
}

bool has_token(const BeastRequest& request, http::field name, std::string_view token) {
  for (auto [it, end] = request.equal_range(name); it != end; ++it) {
    if (http::token_list(it->value()).exists(token)) return true;
  }
  return false;
}

}  // namespace

void RequestReader::feed(std::string_view bytes) {
  input_.erase(0, used_);
  used_ = 0;
  input_ += bytes;
}

void RequestReader::use(std::size_t bytes) {
  used_ += bytes;
  if (used_ == input_.size()) {
    input_ = std::string();  // an idle connection holds no buffer
    used_ = 0;
  }
}

Result<RequestReader::Event> RequestReader::next() {
  switch (state_) {
    case State::head:
      return read_head();
    case State::head_done:
      return Event::head;
    case State::body:
      return read_body();
    case State::whole:
      return Event::request;
  }
  return Event::need_more;
}

Result<RequestReader::Event> RequestReader::read_head() {
  // RFC 9112 section 2.2: an empty line before a request may be ignored.
  if (!skipped_empty_line_ && !scanner_.begun()) {
    if (unread() == "\r") return Event::need_more;
    skipped_empty_line_ = unread().starts_with("\r\n");
    if (skipped_empty_line_) use(2);
  }
  const auto size = scanner_.scan(unread());
  if (!size) return size.error();
  if (!*size) return Event::need_more;
  const auto parsed = parse_head(unread().substr(0, **size));
  if (!parsed) return parsed.error();
  use(**size);
  scanner_.reset();
  state_ = State::head_done;
  return Event::head;
}

Result<void> RequestReader::parse_head(std::string_view raw) {
  const auto framing = check_head(raw);
  if (!framing) return framing.error();
  http::request_parser<http::empty_body> parser;
  parser.body_limit(boost::none);  // accept_body() looks at it
  parser.header_limit(static_cast<std::uint32_t>(raw.size() + 1));
  boost::system::error_code error;
  const auto used = parser.put(boost::asio::buffer(raw.data(), raw.size()), error);
  if (error || used != raw.size() || !parser.is_header_done()) return bad_request("The header is malformed.");

  const auto& parsed = parser.get();
  head_ = RequestHead{};
  head_.framing = *framing;
  head_.method = parse_method(std::string_view(parsed.method_string()));
  head_.request.method = head_.method.value_or(Method::get);
  copy_fields(parsed, head_.request);
  head_.keep_alive = parsed.version() == 11 && !has_token(parsed, http::field::connection, "close");
  head_.wants_upgrade = has_token(parsed, http::field::connection, "upgrade");
  if (const auto expect = head_.request.header("expect"); !expect.empty()) {
    if (!iequals(expect, "100-continue")) return bad_request("The expectation is not known.");
    head_.expects_continue = parsed.version() == 11;
  }
  return parse_target_of(std::string_view(parsed.target()));
}

Result<void> RequestReader::parse_target_of(std::string_view target) {
  if (target == "*" && head_.method == Method::options) {
    head_.request.path = "*";
    return {};
  }
  const auto path = origin_form(target, head_.request.header("host"));
  if (!path) return path.error();
  auto decoded = parse_target(*path);
  if (!decoded) return decoded.error();
  head_.request.path = std::move(decoded->path);
  head_.request.query = std::move(decoded->query);
  return {};
}

Result<void> RequestReader::accept_body(std::size_t limit) {
  if (head_.framing.content_length > limit) {
    return refuse(Code::body_too_large, "The body may have " + std::to_string(limit) + " bytes.");
  }
  body_ = BodyDecoder(head_.framing, limit);
  state_ = body_.done() ? State::whole : State::body;
  return {};
}

Result<RequestReader::Event> RequestReader::read_body() {
  const auto used = body_.decode(unread());
  if (!used) return used.error();
  use(*used);
  if (!body_.done()) return Event::need_more;
  state_ = State::whole;
  return Event::request;
}

Request RequestReader::take() {
  Request request = std::move(head_.request);
  request.body = body_.take();
  head_ = RequestHead{};
  skipped_empty_line_ = false;
  state_ = State::head;
  return request;
}

bool RequestReader::in_request() const {
  return state_ == State::head_done || state_ == State::body || (state_ == State::head && !unread().empty());
}

std::string RequestReader::take_rest() {
  std::string rest(unread());
  use(rest.size());
  return rest;
}

}  // namespace parley::api
