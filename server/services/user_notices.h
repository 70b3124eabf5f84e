#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/account.h"
#include "models/room.h"
#include "streams/appender.h"

namespace parley {

/// What users learn by their own streams. A notice's key follows from its cause, so that it is in the stream once, on
/// whichever instance and however often it is tried. `cause`: the room's entry by which it happened.
Proposal room_added_notice(const std::string& user_id, const RoomView& room, const Entry& cause);
Proposal room_removed_notice(const std::string& user_id, const Entry& cause);
/// By the user's own doing, or another's.
Proposal session_ended_notice(const User& owner, const std::string& session_id);

/// Appends the notices, kNoticesAtOnce at a time. Throws StoreUnavailable where one could not be: try all of them
/// again.
Task<> append_notices(Appender& appender, std::vector<Proposal> notices);
inline constexpr std::size_t kNoticesAtOnce = 500;

}  // namespace parley
