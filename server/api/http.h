#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/task.h"
#include "models/caller.h"
#include "models/identity.h"

namespace parley::api {

enum class Method { get, head, post, put, patch, del, options };

/// One request, read whole and within the limits. Names of headers and query parameters are looked up without
/// and with regard to case, respectively.
struct Request {
  Method method = Method::get;
  std::string path;                                         ///< percent-decoded, without the query
  std::map<std::string, std::string> query;                 ///< percent-decoded; a repeated name was refused
  std::map<std::string, std::string> params;                ///< what the route's {names} matched
  std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case
  std::string body;
  std::string client_address;  ///< behind trusted proxies, the rightmost untrusted address
  Caller caller = Caller::elsewhere;
  std::string request_id;            ///< in the log line, the problem and the X-Request-Id header
  bool secure = false;               ///< reached the server, or its trusted proxy, over TLS
  std::optional<Identity> identity;  ///< set where the route's Access asks for it

  std::string_view header(std::string_view lower_case_name) const;
  /// The value of a cookie; empty where there is none, and where there are several (RFC 6265 section 5.4 leaves
  /// their order open, so none of them can be trusted).
  std::string_view cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string_view constant_body{};  ///< instead of `body`: bytes that live as long as the process (assets)
};

/// "GET"; and back, for the methods that any route can have.
std::string_view to_string(Method method);
std::optional<Method> parse_method(std::string_view token);

/// The words of a status in RFC 9110, for status lines and problems; empty for one that is never sent.
std::string_view reason_phrase(int status);

/// JSON text with a status; 204 without a body; an error as problem+json (RFC 9457) by the table of core/error.h,
/// 429 and 503 with Retry-After, 401 with WWW-Authenticate.
Response json_response(int status, std::string json);
Response no_content();
Response problem(const Error& error, std::string_view request_id);

/// 405 with the methods that there are.
Response method_not_allowed(const std::vector<Method>& allowed, std::string_view request_id);
/// "GET, HEAD, OPTIONS": the value of Allow for a path that has these methods.
std::string allow_list(const std::vector<Method>& allowed);

/// Who may call a route: anybody, who is signed in (session or personal access token), only a session (never
/// a personal access token: passwords, tokens, sessions), an admin of the server, an admin by a session (what gives
/// power over accounts: by a link for their own password a personal access token would become a session). `optional`
/// is open, and the request has an identity if a good token came with it.
enum class Access { open, signed_in, session_only, admin, admin_session, optional };

inline constexpr std::size_t kBodyLimit = 64 * 1024;  ///< bytes of a body, where a route does not say more

/// What a handler gives: the response, or the error that becomes a problem. Infrastructure that fails throws.
using Handler = std::function<Task<Result<Response>>(Request)>;

/// Routes by method and pattern. Filled by main before the server starts.
class Router {
 public:
  /// `pattern` like "/api/v1/rooms/{room_id}"; a {name} matches one non-empty segment. Where several patterns
  /// match, the one with a literal segment where the other has a name counts. A GET route answers HEAD as well.
  void add(Method method, std::string_view pattern, Access access, Handler handler,
           std::size_t body_limit = kBodyLimit);

  struct Route {
    Method method;
    std::vector<std::string> segments;
    Access access;
    Handler handler;
    std::size_t body_limit = kBodyLimit;
  };
  struct Match {
    const Route* route = nullptr;  ///< null: see allowed
    std::map<std::string, std::string> params{};
    std::vector<Method> allowed{};  ///< methods that the path has: 405; empty as well: 404
  };
  Match match(Method method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace parley::api
