#pragma once

#include "repositories/projection.h"

namespace parley::sqlite {

class Connection;

/// Writes what a state entry changes into `rooms` and `members`, within the transaction that inserts the entry.
void write_room_rows(Connection& connection, const RoomProjection& rows);

}  // namespace parley::sqlite
