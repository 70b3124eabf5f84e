#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"

namespace parley::api {

/// Which web pages may act for their users here: those of this server, and those of PARLEY_ALLOWED_ORIGINS. The
/// one judge for CORS, for calls that change something or that a cookie authenticates, and for the WebSocket.
class Origins {
 public:
  /// As browsers send them: "https://chat.example.org", lower case, without a default port.
  explicit Origins(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

  enum class Verdict {
    none,     ///< no Origin: not a browser, or a browser that only reads
    own,      ///< the page came from this server, by the name it was asked under
    listed,   ///< from elsewhere, and allowed
    foreign,  ///< anything else; "null" and what is no origin too
  };
  Verdict judge(const Request& request) const;

  /// No browser, or a page that may. False is answered with origin_not_allowed.
  bool allowed(const Request& request) const { return judge(request) != Verdict::foreign; }

 private:
  std::vector<std::string> allowed_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What lets a listed page read the answer (the Fetch standard's CORS protocol); nothing for the others.
Headers cors_headers(const Origins& origins, const Request& request);

/// The answer to OPTIONS on a path that has the methods `allowed`: Allow, and what a preflight asks for.
Response options_response(const Origins& origins, const Request& request, const std::vector<Method>& allowed);

}  // namespace parley::api
