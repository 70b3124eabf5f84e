#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.h"
#include "core/error.h"

namespace parley::cli {

/// A command's result as people or programs read it, with its newline.
std::string result_text(const Invocation& invocation, const boost::json::object& result);

/// One line that says what went wrong, with its newline: text, or {"error": {code, message, field?}}.
std::string error_text(Output output, const Error& error);

/// Rows under their headings, in columns wide enough for what they hold. Control characters of values become
/// '?': a name must not be able to write on the operator's terminal.
std::string table(const std::vector<std::string_view>& headings, const boost::json::array& rows);

}  // namespace parley::cli
