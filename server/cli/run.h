#pragma once

#include "cli/backend.h"

namespace parley::cli {

/// The whole of the command line: parses it, reads the settings, runs the command (by the server that runs on
/// the data folder, else in this process), prints, and gives the process's exit code (command_line.h). What
/// goes wrong is one line on standard error. Sets the process's umask to 077 and ignores SIGPIPE and SIGXFSZ.
int run(int argc, const char* const* argv, Backend& backend);

}  // namespace parley::cli
