#pragma once

#include <string>

#include "api/http.h"

namespace parley::api {

/// What a response has to say about the connection and the body.
struct Delivery {
  bool close = false;
  bool without_body = false;  ///< the answer to HEAD: the same header, no body
};

/// The bytes of the response's body, wherever they are.
std::string_view body_of(const Response& response);

/// Status line and header fields with the empty line (RFC 9112), Content-Length and Date included. A header value
/// with a CR, LF or NUL is a programming fault; such a field is left out, never sent.
std::string response_head(const Response& response, Delivery delivery);

}  // namespace parley::api
