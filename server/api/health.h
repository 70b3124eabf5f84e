#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/http.h"

namespace parley {
struct Metrics;
}

namespace parley::api {

/// A part that the server can't do without. `reachable` may throw or never complete; both mean no.
struct ReadyCheck {
  std::string name;  ///< "store", "bus"
  std::function<Task<bool>()> reachable;
};

/// GET /healthz: the process runs. GET /readyz: all checks hold and `stopping` is false; 503 otherwise. However
/// often it is asked, the checks run at most every half second, one round at a time, and have 2 s. That one throws is
/// logged once, and once that it holds again.
void add_health(Router& router, std::vector<ReadyCheck> checks, std::function<bool()> stopping);

/// GET /metrics, in Prometheus's text format. For a listener of its own. `metrics` outlives the router.
void add_metrics(Router& router, const Metrics& metrics);

}  // namespace parley::api
