#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace parley::cli {

/// Reads a command's arguments, strictly: read every one, then call finish().
class Arguments {
 public:
  explicit Arguments(boost::json::object object) : object_(std::move(object)) {}

  std::string text(std::string_view name);
  std::string optional_text(std::string_view name);  ///< empty where it is not given
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  bool flag(std::string_view name);  ///< false where it is not given

  /// Ok, or the first fault: a missing argument, a wrong type, an argument that nobody read.
  Result<void> finish() const;

 private:
  const boost::json::value* find(std::string_view name);
  void fault(std::string_view name, std::string_view what);

  const boost::json::object object_;
  std::vector<std::string> read_;
  std::optional<Error> fault_;
};

}  // namespace parley::cli
