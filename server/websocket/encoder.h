#pragma once

#include <string_view>

#include "core/shared_bytes.h"
#include "websocket/protocol.h"

/// Frames as a server sends them (RFC 6455 section 5): whole messages, unmasked, header and payload in one
/// run of bytes that any number of connections may share. They throw std::bad_alloc, and nothing else for a
/// payload below 4 GiB. To be called on any thread.
namespace parley::websocket {

/// `payload` must be valid UTF-8, which is not checked here: a peer fails the connection over any other.
[[nodiscard]] SharedBytes text_frame(std::string_view payload);

/// At most kMaxControlPayload bytes.
[[nodiscard]] SharedBytes ping_frame(std::string_view payload = {});
[[nodiscard]] SharedBytes pong_frame(std::string_view payload);

/// `code` must be one that may_be_sent(), or no_status, which makes a frame without code and reason (the
/// answer to such a one). A reason longer than kMaxCloseReason is cut, at a character's boundary.
[[nodiscard]] SharedBytes close_frame(CloseCode code, std::string_view reason = {});

}  // namespace parley::websocket
