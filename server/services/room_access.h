#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "streams/proposal.h"
#include "streams/stream_state.h"

/// The one gate to rooms: a room is obtained only for a user. What they may not know of is not_found, exactly as if
/// it did not exist; what they may know of and not do is forbidden.
namespace parley {

/// The user's membership. not_found: no such room, or a private one they are not in; forbidden: a public one they are
/// not in. The pointer is valid as long as the state does not change.
Result<const Member*> membership(const StreamState& room, const std::string& user_id);

/// Whether they may know of the room at all: its name, description and size.
Result<void> visible_to(const StreamState& room, const std::string& user_id);

/// Only members read a room's entries and see who is there.
std::function<Result<void>(const StreamState&)> reader_check(std::string user_id);

/// Only members write.
Check writer_check(std::string user_id);

}  // namespace parley
