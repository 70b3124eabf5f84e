#include "api/refresh_cookie.h"

#include "services/sign_in.h"

namespace parley::api {
namespace {

void add_cookie(Response& response, std::string_view value, std::chrono::seconds age, const Request& request,
                const Origins& origins) {
  std::string cookie(kRefreshCookie);
  cookie.append("=")
      .append(value)
      .append("; Path=/api/v1/auth; HttpOnly; Max-Age=")
      .append(std::to_string(age.count()));
  if (origins.judge(request) == Origins::Verdict::listed) {
    cookie.append("; SameSite=None; Secure; Partitioned");
  } else {
    cookie.append("; SameSite=Strict");
    if (request.secure) cookie.append("; Secure");
  }
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
}

}  // namespace

void set_refresh_cookie(Response& response, std::string_view token, const Request& request, const Origins& origins) {
  add_cookie(response, token, SignIn::kSessionLifetime, request, origins);
}

void clear_refresh_cookie(Response& response, const Request& request, const Origins& origins) {
  add_cookie(response, "", std::chrono::seconds(0), request, origins);
}

}  // namespace parley::api
