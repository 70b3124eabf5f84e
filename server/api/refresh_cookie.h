#pragma once

#include <string>
#include <string_view>

#include "api/http.h"
#include "api/origins.h"

namespace parley::api {

inline constexpr std::string_view kRefreshCookie = "parley_refresh";

/// Adds the cookie that carries a refresh token: out of reach of scripts, sent to /api/v1/auth only, and only by
/// this server's own pages. A page of a listed origin elsewhere gets one that its site alone sends (Partitioned).
void set_refresh_cookie(Response& response, std::string_view token, const Request& request, const Origins& origins);

/// Takes it away.
void clear_refresh_cookie(Response& response, const Request& request, const Origins& origins);

}  // namespace parley::api
