#pragma once

#include <boost/json/object.hpp>

#include "cli/backend.h"
#include "cli/control_protocol.h"

namespace parley::cli {

/// The store as the command line reaches it: through the server that runs on the data folder, or, where none
/// does, opened in this process under the folder's lock. With MongoDB as one more instance. Blocking.
class StoreAccess {
 public:
  enum class Absent { refuse, make };  ///< what happens where there is no data folder yet

  StoreAccess(const Settings& settings, Backend& backend, Absent absent);

  /// Throws what Backend and DataFolder throw; a folder whose lock is held but whose server does not answer
  /// (it starts or stops) is waited for up to 5 s.
  Result<boost::json::object> ask(const ControlRequest& request);

 private:
  Result<boost::json::object> ask_here(const ControlRequest& request, DataFolder* folder);
  void check_folder() const;

  const Settings& settings_;
  Backend& backend_;
  const Absent absent_;
};

}  // namespace parley::cli
