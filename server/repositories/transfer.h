#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

/// A row of a table: numbers (times are milliseconds since 1970, truths 0 and 1), texts, or nothing.
using Cell = std::variant<std::monostate, std::int64_t, std::string>;
using Row = std::vector<Cell>;

/// All that a store holds, table by table. Blocking, throws StoreUnavailable.
class TableSource {
 public:
  virtual ~TableSource() = default;

  /// The tables by name, in the order in which they are to be written.
  virtual std::vector<std::string_view> tables() const = 0;

  virtual std::uint64_t count(std::string_view table) = 0;

  /// Calls `take` with all rows of a table, some at a time. What stands in a row's cells, and in which order, is
  /// between a source and the targets that know it (repositories/sqlite/sqlite_tables.h).
  virtual void read(std::string_view table, std::size_t at_once,
                    const std::function<void(const std::vector<Row>&)>& take) = 0;
};

/// A store that takes over another's tables. Blocking, throws StoreUnavailable or OutcomeUnknown.
class TableTarget {
 public:
  virtual ~TableTarget() = default;

  /// The store is empty, or a move from the source that `mark` names was begun here: go on with it. Throws
  /// TransferError where it is neither. Until finish(), no server runs on it.
  virtual void begin(std::string_view mark) = 0;

  /// Makes these rows be there exactly as they are, and reads them back to see that they are. Says how many had to be
  /// written.
  virtual std::size_t put(std::string_view table, const std::vector<Row>& rows) = 0;

  virtual std::uint64_t count(std::string_view table) = 0;
  virtual void finish() = 0;
};

/// A move can't begin or end; what() is one line that says why and what to do.
struct TransferError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct TransferReport {
  std::uint64_t rows = 0;     ///< that are there now, each compared with its origin
  std::uint64_t written = 0;  ///< by this run; the others were there from one that was interrupted
};

/// Moves everything. May be interrupted at any time and run again. `told` hears of each table that is done.
TransferReport transfer(TableSource& source, TableTarget& target, std::string_view mark,
                        const std::function<void(std::string_view table, std::uint64_t rows)>& told);

}  // namespace parley
