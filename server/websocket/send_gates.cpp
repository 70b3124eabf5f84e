#include "websocket/send_gates.h"

#include <algorithm>
#include <utility>

namespace parley::websocket {

bool SendGates::close(const std::string& room_id, std::string key, Error error, Time now) {
  const auto it = gates_.find(room_id);
  // Where one failed already, that is the older one.
  if (it != gates_.end() && now < it->second.until) return true;
  if (it == gates_.end() && gates_.size() >= kMax) {
    std::erase_if(gates_, [now](const auto& gate) { return gate.second.until <= now; });
    if (gates_.size() >= kMax) return false;
  }
  const auto wait = std::chrono::seconds(std::max(1, error.retry_after_s));
  gates_.insert_or_assign(room_id, Gate{std::move(key), std::move(error), now + wait});
  return true;
}

const Error* SendGates::closed(const std::string& room_id, const std::string& key, Time now) {
  const auto it = gates_.find(room_id);
  if (it == gates_.end()) return nullptr;
  if (it->second.key != key && now < it->second.until) return &it->second.error;
  gates_.erase(it);
  return nullptr;
}

}  // namespace parley::websocket
