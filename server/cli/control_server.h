#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <memory>

#include "cli/commands.h"

namespace parley::cli {

/// Serves the commands on a Unix socket (0600) in the data folder. Whoever can open it owns the server's data
/// anyway, so nothing else is asked. Requests and answers are bounded, what trickles in is cut off after 10
/// s, and 16 connections at most are open at once. Io thread.
class ControlServer {
 public:
  /// Listens at once; a socket that an earlier process left is replaced (the caller holds the folder's lock).
  /// Throws std::system_error with the path. `commands` outlives the io context's run.
  ControlServer(boost::asio::any_io_executor executor, std::filesystem::path socket, Commands& commands);
  ~ControlServer();

  /// Stops accepting, closes every connection, removes the socket. Idempotent.
  void stop();

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace parley::cli
