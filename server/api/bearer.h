#pragma once

#include <string>

#include "api/http.h"

namespace parley::api {

/// The token of "Authorization: Bearer <token>" (RFC 6750 section 2.1); empty where there is none, or one that is
/// malformed.
std::string bearer_token(const Request& request);

}  // namespace parley::api
