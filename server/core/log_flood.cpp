#include "core/log_flood.h"

#include <utility>

namespace parley::log {

Flood::Verdict Flood::ask(std::string_view message, std::chrono::steady_clock::time_point now) {
  auto found = recent_.find(message);
  if (found == recent_.end()) found = recent_.emplace(message, Recent{now, 0, 0}).first;
  auto& recent = found->second;
  if (now - recent.since >= std::chrono::seconds(1)) {
    recent.since = now;
    recent.written = 0;
  }
  if (recent.written >= kMostASecond) {
    ++recent.left_out;
    return {false, 0};
  }
  ++recent.written;
  return {true, std::exchange(recent.left_out, 0)};
}

}  // namespace parley::log
