#pragma once

#include <chrono>
#include <string>
#include <unordered_set>

#include "services/room_context.h"

namespace parley {

/// Deletes what deleted rooms held, in chunks, in the background. Each room keeps its last entry for ever. Io thread;
/// main calls stop() and stops the loop before it goes.
class RoomPurge {
 public:
  static constexpr std::size_t kChunk = 500;         ///< entries
  static constexpr std::size_t kMaxResumed = 10000;  ///< rooms, at one start
  static constexpr std::chrono::milliseconds kPause{20};
  static constexpr std::chrono::seconds kRetry{5};

  /// Nobody may go on from a state that knows less than what is purged: `delay` is longer than the age at which states
  /// are loaded anew (StreamStates::kGoneStale) where other instances write, and else zero.
  RoomPurge(RoomContext context, std::chrono::seconds delay) : context_(context), delay_(delay) {}

  /// A room was deleted.
  void begin(const std::string& room_id);
  /// Goes on with what was interrupted, here or on an instance that is gone; at start, and now and then.
  void resume();
  void stop() { stopping_ = true; }

  /// Rooms under way.
  std::size_t busy() const { return busy_.size(); }

 private:
  Task<> purge(std::string room_id);
  Task<bool> purge_chunk(std::string room_id);
  Task<> find_interrupted();

  RoomContext context_;
  const std::chrono::seconds delay_;
  std::unordered_set<std::string> busy_;
  bool stopping_ = false;
};

}  // namespace parley
