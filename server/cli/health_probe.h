#pragma once

#include <boost/json/object.hpp>
#include <chrono>

#include "core/result.h"
#include "core/settings.h"

namespace parley::cli {

enum class Health {
  alive,  ///< /healthz: the server answers
  ready,  ///< /readyz: and reaches its store and bus
};

/// Asks the server that runs with these settings on this machine, as a client would, over its own port. Blocking, for
/// at most `patience`. An error says at which address it found what: nobody, silence, or a server that is not well.
Result<boost::json::object> probe_health(const Settings& settings, Health health,
                                         std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace parley::cli
