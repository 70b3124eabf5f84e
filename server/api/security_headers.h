#pragma once

#include "api/http.h"

namespace parley::api {

/// Adds what every answer carries: a Content-Security-Policy (of pages and scripts: only what this server serves,
/// nothing inline; of data: nothing at all), nosniff, no framing, no referrer to others, isolation from other
/// pages, no device access; over TLS also HSTS. And Cache-Control: no-store, unless the answer says otherwise.
void add_security_headers(Response& response, bool secure);

}  // namespace parley::api
