#include "api/edge.h"

#include <algorithm>

#include "api/bearer.h"
#include "api/security_headers.h"
#include "core/ids.h"
#include "core/metrics.h"

namespace parley::api {
namespace {

constexpr std::string_view kWebSocketPath = "/ws";

bool changes_something(std::optional<Method> method) {
  return method != Method::get && method != Method::head;
}

/// A trusted proxy's own id, so that its log and ours can be laid side by side.
bool is_request_id(std::string_view id) {
  return is_client_key(id);
}

Result<void> check_access(Access access, const Request& request) {
  if (access == Access::open || access == Access::optional) return {};
  const bool admins = access == Access::admin || access == Access::admin_session;
  if (admins && !request.identity->is_admin) return refuse(Code::forbidden);
  const bool sessions = access == Access::session_only || access == Access::admin_session;
  if (sessions && request.identity->credential != Credential::session) return refuse(Code::session_required);
  return {};
}

RequestLine line_of(std::optional<Method> method, const Request& request) {
  return {request.request_id, method ? to_string(*method) : std::string_view("other"), loggable_path(request.path),
          request.client_address};
}

std::vector<Method> every_method() {
  return {Method::get, Method::post, Method::put, Method::patch, Method::del};
}

}  // namespace

void Edge::introduce(Request& request, const Peer& peer) const {
  request.caller = caller_of(peer, request);
  Peer client = parts_.proxies.client(peer, request);
  request.client_address = std::move(client.address);
  request.secure = client.tls;
  const auto given = request.header("x-request-id");
  const bool believed = is_request_id(given) && parts_.proxies.trusts(peer.address);
  request.request_id = believed ? std::string(given) : random_token(9);
}

std::size_t Edge::body_limit(const RequestHead& head) const {
  if (!head.method) return kBodyLimit;
  const auto match = parts_.router.match(*head.method, head.request.path);
  return match.route ? match.route->body_limit : kBodyLimit;
}

bool Edge::is_websocket(const Request& request) const {
  return parts_.on_upgrade && request.path == kWebSocketPath;
}

Task<Response> Edge::answer(std::optional<Method> method, Request request) {
  const RequestLine line = line_of(method, request);
  Headers cors = cors_headers(parts_.origins, request);
  const bool secure = request.secure;
  Outcome outcome = co_await respond(method, std::move(request));
  co_return finished(std::move(outcome), line, std::move(cors), secure);
}

Response Edge::refusal(const Error& error, const Request& request) {
  auto line = line_of(std::nullopt, request);
  line.method = "unread";
  return finished({problem(error, request.request_id), error.code}, line, {}, request.secure);
}

Response Edge::finished(Outcome outcome, const RequestLine& line, Headers cors, bool secure) {
  Response& response = outcome.response;
  response.headers.emplace_back("X-Request-Id", line.request_id);
  std::ranges::move(cors, std::back_inserter(response.headers));
  add_security_headers(response, secure);
  log_request(line, response.status, outcome.code);
  if (parts_.metrics) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - line.began;
    parts_.metrics->http_seconds.observe(took.count());
    parts_.metrics->count_response(response.status);
    if (outcome.code) parts_.metrics->count_error(*outcome.code);
  }
  return std::move(response);
}

Task<Edge::Outcome> Edge::respond(std::optional<Method> method, Request request) {
  const std::string request_id = request.request_id;
  Error error;
  try {
    co_return co_await call(method, std::move(request));
  } catch (...) {
    error = error_from_current_exception();
  }
  co_return Outcome{problem(error, request_id), error.code};
}

Task<Edge::Outcome> Edge::call(std::optional<Method> method, Request request) {
  const std::string request_id = request.request_id;
  const auto refused = [&](const Error& error) { return Outcome{problem(error, request_id), error.code}; };
  if (changes_something(method) && !parts_.origins.allowed(request))
    co_return refused(refuse(Code::origin_not_allowed));
  auto match = parts_.router.match(method.value_or(Method::options), request.path);
  if (!match.route) co_return unrouted(method, request, std::move(match.allowed));
  request.params = std::move(match.params);
  const auto let = co_await let_in(match.route->access, request);
  if (!let) co_return refused(let.error());
  auto result = co_await match.route->handler(std::move(request));
  if (!result) co_return refused(result.error());
  co_return Outcome{std::move(*result), std::nullopt};
}

Edge::Outcome Edge::unrouted(std::optional<Method> method, const Request& request, std::vector<Method> allowed) const {
  if (request.path == "*") allowed = every_method();  // OPTIONS about the server (RFC 9110 section 9.3.7)
  if (is_websocket(request)) allowed = {Method::get};
  if (allowed.empty() && parts_.fallback) {
    auto found = parts_.fallback(request);
    if (found && (method == Method::get || method == Method::head)) return {std::move(*found), std::nullopt};
    if (found) allowed = {Method::get};
  }
  if (allowed.empty()) return {problem(refuse(Code::not_found), request.request_id), Code::not_found};
  if (method == Method::options) return {options_response(parts_.origins, request, allowed), std::nullopt};
  return {method_not_allowed(allowed, request.request_id), Code::method_not_allowed};
}

Task<Result<Identity>> Edge::identify(std::string token, std::string client_address) {
  if (token.empty() || !parts_.authenticate) co_return refuse(Code::unauthorized);
  co_return co_await parts_.authenticate(std::move(token), std::move(client_address));
}

Task<Result<void>> Edge::let_in(Access access, Request& request) {
  std::optional<Error> failure;
  if (access != Access::open) {
    auto identity = co_await identify(bearer_token(request), request.client_address);
    if (identity) {
      request.identity = std::move(*identity);
    } else if (access != Access::optional || identity.error().code == Code::rate_limited) {
      failure = identity.error();
    }
  }
  if (auto rate = check_rate(request); !rate) co_return rate.error();
  if (failure) co_return *failure;
  co_return check_access(access, request);
}

Result<void> Edge::check_rate(const Request& request) const {
  const bool counted = request.path.starts_with("/api/") || request.path == kWebSocketPath;
  if (!counted || !parts_.rate_limit) return {};
  return parts_.rate_limit(request);
}

Task<std::variant<Response, Edge::Admitted>> Edge::admit(RequestHead head) {
  if (head.method != Method::get) co_return co_await answer(head.method, std::move(head.request));
  const RequestLine line = line_of(head.method, head.request);
  const bool secure = head.request.secure;
  auto checked = co_await check_upgrade_safely(std::move(head));
  if (!checked) {
    const Error& error = checked.error();
    co_return finished({problem(error, line.request_id), error.code}, line, {}, secure);
  }
  log_request(line, 101, std::nullopt);
  if (parts_.metrics) parts_.metrics->count_response(101);
  co_return std::move(*checked);
}

Task<Result<Edge::Admitted>> Edge::check_upgrade_safely(RequestHead head) {
  Error error;
  try {
    co_return co_await check_upgrade(std::move(head));
  } catch (...) {
    error = error_from_current_exception();
  }
  co_return error;
}

Task<Result<Edge::Admitted>> Edge::check_upgrade(RequestHead head) {
  Request& request = head.request;
  if (head.framing.chunked || head.framing.content_length != 0) {
    co_return refuse(Code::bad_request, "A WebSocket handshake has no body.");
  }
  if (!request.query.empty()) {
    const auto& name = request.query.begin()->first;
    co_return Error{Code::unknown_field, "/ws takes no query parameters.", name};
  }
  if (!parts_.origins.allowed(request)) co_return refuse(Code::origin_not_allowed);
  auto handshake = parse_handshake(request, head.wants_upgrade);
  if (!handshake) co_return handshake.error();
  auto identity = co_await identify(std::move(handshake->token), request.client_address);
  if (identity) request.identity = *identity;
  if (auto rate = check_rate(request); !rate) co_return rate.error();
  if (!identity) co_return identity.error();
  co_return Admitted{std::move(*identity), switching_protocols(handshake->key, request.request_id)};
}

}  // namespace parley::api
