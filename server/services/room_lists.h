#pragma once

#include <string>

#include "models/identity.h"
#include "repositories/page.h"
#include "services/room_context.h"

namespace parley {

/// Rooms to choose from, by name. Io thread; throws what the store throws.
class RoomLists {
 public:
  explicit RoomLists(RoomContext context) : context_(context) {}

  /// The user's rooms. `query`: a part of the name, after folding. validation_failed (cursor).
  Task<Result<Page<RoomView>>> mine(Identity user, std::string query, std::string cursor, std::size_t limit);
  /// All public rooms, joined or not.
  Task<Result<Page<RoomView>>> all_public(Identity user, std::string query, std::string cursor, std::size_t limit);

  /// A room as the operator sees it.
  struct Row {
    Room room;
    std::string owner;  ///< username; the id where the user is not known
  };
  Task<Result<Page<Row>>> all(std::string cursor, std::size_t limit);

 private:
  Task<Page<RoomView>> with_heads(RoomPage page);

  RoomContext context_;
};

}  // namespace parley
