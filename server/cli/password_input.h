#pragma once

#include <stdexcept>
#include <string>

namespace parley::cli {

/// No password can be read; what() is one line that says what to do.
struct PasswordInputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Asks on the terminal, twice, without echo; the terminal is as it was afterwards, even when a signal ends
/// the process meanwhile. Throws PasswordInputError where there is no terminal, the two differ, or nothing
/// came.
std::string prompt_for_password(const std::string& username);

/// The first line of standard input (all of it, where it has no newline), at most 4096 bytes.
std::string read_password_from_stdin();

}  // namespace parley::cli
