#include "api/http.h"

#include <algorithm>
#include <array>

#include "core/json_text.h"
#include "core/text.h"

namespace parley::api {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::del, "DELETE"},
    {Method::options, "OPTIONS"},
}};

std::string problem_json(const Error& error, const ErrorKind& kind, std::string_view request_id) {
  std::string json;
  JsonObjectWriter writer(json);
  writer.member("type", "about:blank")
      .member("title", reason_phrase(kind.http_status))
      .member("status", static_cast<std::uint64_t>(kind.http_status))
      .member("code", kind.name)
      .member("detail", error.message.empty() ? kind.title : std::string_view(error.message));
  if (error.names_field()) writer.member("field", error.field);
  writer.member("request_id", request_id).close();
  return json;
}

/// RFC 6750 section 3.
std::string challenge(Code code) {
  std::string value = "Bearer realm=\"parley\"";
  if (code == Code::token_expired) value += ", error=\"invalid_token\", error_description=\"The token has ended\"";
  return value;
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto it = headers.find(lower_case_name);
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  std::string_view found;
  bool seen = false;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) continue;
    if (seen) return {};
    seen = true;
    found = trimmed(pair.substr(equals + 1));
  }
  return found;
}

std::string_view to_string(Method method) {
  return std::ranges::find(kMethods, method, &std::pair<Method, std::string_view>::first)->second;
}

std::optional<Method> parse_method(std::string_view token) {
  const auto it = std::ranges::find(kMethods, token, &std::pair<Method, std::string_view>::second);
  return it == kMethods.end() ? std::nullopt : std::optional(it->first);
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

Response json_response(int status, std::string json) {
  return {.status = status, .content_type = "application/json", .body = std::move(json)};
}

Response no_content() {
  return {.status = 204};
}

Response problem(const Error& error, std::string_view request_id) {
  const ErrorKind& kind = kind_of(error.code);
  Response response{.status = kind.http_status,
                    .content_type = "application/problem+json",
                    .body = problem_json(error, kind, request_id)};
  if (kind.http_status == 429 || kind.http_status == 503) {
    response.headers.emplace_back("Retry-After", std::to_string(std::max(1, error.retry_after_s)));
  }
  if (kind.http_status == 426) {  // RFC 9110 section 15.5.22, RFC 6455 section 4.4
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Connection", "Upgrade");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
  }
  if (kind.http_status == 401) response.headers.emplace_back("WWW-Authenticate", challenge(error.code));
  return response;
}

std::string allow_list(const std::vector<Method>& allowed) {
  std::string list;
  for (const auto& [method, name] : kMethods) {
    const bool by_get = method == Method::head && std::ranges::count(allowed, Method::get) != 0;
    if (method != Method::options && !by_get && std::ranges::count(allowed, method) == 0) continue;
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

Response method_not_allowed(const std::vector<Method>& allowed, std::string_view request_id) {
  auto response = problem(refuse(Code::method_not_allowed), request_id);
  response.headers.emplace_back("Allow", allow_list(allowed));
  return response;
}

}  // namespace parley::api
