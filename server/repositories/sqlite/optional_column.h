#pragma once

#include <optional>
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "core/time.h"

namespace parley::sqlite {

/// Times that may be absent, as NULL. A parameter that is not bound is NULL, so an absent one need not be.
inline void bind_time(SQLite::Statement& statement, int index, const std::optional<Timestamp>& time) {
  if (time) statement.bind(index, to_millis(*time));
}

inline std::optional<Timestamp> read_time(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  return value.isNull() ? std::nullopt : std::optional(from_millis(value.getInt64()));
}

}  // namespace parley::sqlite
