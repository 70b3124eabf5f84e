#pragma once

#include "api/http.h"

namespace parley {
class MessageService;
class PresenceService;
}  // namespace parley

namespace parley::api {

/// GET and POST /rooms/{room_id}/messages, GET /rooms/{room_id}/presence. The services outlive the router.
void add_message_endpoints(Router& router, MessageService& messages, PresenceService& presence);

}  // namespace parley::api
