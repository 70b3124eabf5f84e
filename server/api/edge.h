#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "api/client_address.h"
#include "api/http.h"
#include "api/origins.h"
#include "api/request_log.h"
#include "api/request_reader.h"
#include "api/upgrade.h"

namespace parley {
struct Metrics;
}

namespace parley::api {

/// The Authenticator's: whom a bearer token that came from this client speaks for.
using Authenticate = std::function<Task<Result<Identity>>(std::string token, std::string client_address)>;

/// Counts one request, of its user or, where nobody is signed in, its address; rate_limited past the limit.
using RateLimit = std::function<Result<void>(const Request&)>;

/// Answers GET where no route matches (the web app); nothing where it has nothing.
using Fallback = std::function<std::optional<Response>(const Request&)>;

/// What an edge works with. All of it outlives the edge.
struct EdgeParts {
  const Router& router;
  const Origins& origins;
  const TrustedProxies& proxies;
  Authenticate authenticate{};  ///< none: there are only open routes
  RateLimit rate_limit{};       ///< for what is under /api/ and /ws
  Fallback fallback{};
  OnUpgrade on_upgrade{};  ///< none: there is no /ws
  Metrics* metrics = nullptr;
};

/// From a request to its answer, without I/O of its own: the origin, the route, who calls, the limits, the handler,
/// and what every answer carries. Nothing leaves it as an exception. One for each listener; io thread only.
class Edge {
 public:
  explicit Edge(EdgeParts parts) : parts_(std::move(parts)) {}

  /// Fills in what the connection knows of a request whose head has arrived: its id, the client's address, TLS.
  void introduce(Request& request, const Peer& peer) const;

  /// How large a body the request's route takes.
  std::size_t body_limit(const RequestHead& head) const;

  /// `method` is none where it is one that no route can have.
  Task<Response> answer(std::optional<Method> method, Request request);

  /// The answer to what was not a request (the reader's errors, time-outs). Of `request` only what introduce()
  /// fills in and the path count.
  Response refusal(const Error& error, const Request& request);

  /// Whether the path is the WebSocket's; then ask admit() instead of answer().
  bool is_websocket(const Request& request) const;

  struct Admitted {
    Identity identity;
    std::string switching;  ///< the 101 to send
  };
  Task<std::variant<Response, Admitted>> admit(RequestHead head);

  void hand_over(Upgrade upgrade) const { parts_.on_upgrade(std::move(upgrade)); }

 private:
  struct Outcome {
    Response response{};
    std::optional<Code> code{};
  };

  Task<Outcome> respond(std::optional<Method> method, Request request);
  Task<Outcome> call(std::optional<Method> method, Request request);
  Outcome unrouted(std::optional<Method> method, const Request& request, std::vector<Method> allowed) const;
  Task<Result<void>> let_in(Access access, Request& request);
  Task<Result<Identity>> identify(std::string token, std::string client_address);
  Result<void> check_rate(const Request& request) const;
  Task<Result<Admitted>> check_upgrade(RequestHead head);
  Task<Result<Admitted>> check_upgrade_safely(RequestHead head);
  /// What every answer carries, the log line, the figures.
  Response finished(Outcome outcome, const RequestLine& line, Headers cors, bool secure);

  EdgeParts parts_;
};

}  // namespace parley::api
