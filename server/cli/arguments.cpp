#include "cli/arguments.h"

#include <algorithm>
#include <boost/json/value.hpp>

namespace parley::cli {

const boost::json::value* Arguments::find(std::string_view name) {
  read_.emplace_back(name);
  return object_.if_contains(name);
}

void Arguments::fault(std::string_view name, std::string_view what) {
  if (!fault_) fault_ = invalid(std::string(name), std::string(name) + " " + std::string(what));
}

std::string Arguments::text(std::string_view name) {
  const auto* value = find(name);
  if (value != nullptr && value->is_string()) return std::string(value->get_string());
  fault(name, value == nullptr ? "is missing" : "must be text");
  return {};
}

std::string Arguments::optional_text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  fault(name, "must be text");
  return {};
}

std::int64_t Arguments::number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto* value = find(name);
  if (value != nullptr && value->is_int64() && value->get_int64() >= least && value->get_int64() <= most) {
    return value->get_int64();
  }
  fault(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

bool Arguments::flag(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (value->is_bool()) return value->get_bool();
  fault(name, "must be true or false");
  return false;
}

Result<void> Arguments::finish() const {
  if (fault_) return *fault_;
  for (const auto& [name, value] : object_) {
    const std::string key(name);
    if (std::find(read_.begin(), read_.end(), key) == read_.end()) {
      return Error{Code::unknown_field, "the command has no argument " + key, key};
    }
  }
  return {};
}

}  // namespace parley::cli
