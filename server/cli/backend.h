#pragma once

#include <filesystem>
#include <functional>

#include "cli/operations.h"
#include "core/data_folder.h"
#include "core/settings.h"

namespace parley::cli {

/// What main hands to the command line: the one place that knows concrete stores. The caller has checked the
/// settings, filled in the secret key, configured logging and holds the folder's lock. With MongoDB there is no folder
/// (null). Whatever is thrown becomes one line and exit code 1.
class Backend {
 public:
  using Work = std::function<Task<>(const Operations&)>;

  virtual ~Backend() = default;

  /// Wires the server, listens, and returns when it has stopped as asked (core/stop_signals.h).
  virtual void serve(const Settings& settings, DataFolder* folder) = 0;

  /// Opens the store without listening, runs `work` to its end on an io thread, and closes the store. The
  /// operations live until `work` has ended.
  virtual void run_offline(const Settings& settings, DataFolder* folder, Work work) = 0;

  /// Where a move goes to, and from which SQLite file.
  struct Move {
    std::filesystem::path from;
    std::string mongodb_url;
    std::string mongodb_db_name;
    std::function<void(std::string_view table, std::uint64_t rows)> told;
  };
  struct Moved {
    std::uint64_t rows = 0;
    std::uint64_t written = 0;  ///< by this run
  };

  /// Moves everything from the file into MongoDB, or goes on with that. The caller holds the data folder's lock.
  virtual Moved move(const Move& move) = 0;

  /// Throws, with the reason in one line, unless `file` is a whole database of a schema that this release can
  /// open. Changes nothing.
  virtual void check_database(const std::filesystem::path& file) = 0;
};

}  // namespace parley::cli
