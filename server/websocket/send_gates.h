#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

#include "core/error.h"

namespace parley::websocket {

/// Of one connection: after a send to a room failed in a way that a retry mends, what was sent behind it gets the same
/// answer, until the failed one comes again or its time is over. So nothing overtakes it.
class SendGates {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kMax = 2000;  ///< rooms

  /// False, and nothing is kept, where as many rooms as there may be are closed already.
  bool close(const std::string& room_id, std::string key, Error error, Time now);

  /// The answer to a send to the room with that key, or null where it may pass: then the gate is open again.
  const Error* closed(const std::string& room_id, const std::string& key, Time now);

  std::size_t size() const { return gates_.size(); }

 private:
  struct Gate {
    std::string key;
    Error error;
    Time until;
  };

  std::unordered_map<std::string, Gate> gates_;
};

}  // namespace parley::websocket
