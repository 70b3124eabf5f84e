#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>
#include <variant>

#include "core/settings.h"

namespace parley::cli {

/// Exit codes of every command.
enum class Exit {
  ok = 0,
  refused = 1,  ///< the command was understood and refused, or failed
  usage = 2,    ///< the command line or a setting is wrong; nothing was tried
};

enum class Output { text, json };
enum class PasswordFrom { nowhere, terminal, standard_input, generator };

/// A command as it was typed.
struct Invocation {
  std::string command;         ///< "serve", "user create", …
  boost::json::object args{};  ///< what Commands takes, without a password
  SettingSources sources{};    ///< flags and file; the environment is not read here
  Output output = Output::text;
  PasswordFrom password = PasswordFrom::nowhere;
  std::filesystem::path source{};  ///< restore: the backup
};

/// What there is to say where there is nothing to run: help, or what is wrong with the command line.
struct Ending {
  Exit exit = Exit::ok;
  std::string text;  ///< to standard output where exit is ok, else to standard error
};

std::variant<Invocation, Ending> parse_command_line(int argc, const char* const* argv);

}  // namespace parley::cli
