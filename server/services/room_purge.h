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

  explicit RoomPurge(RoomContext context) : context_(context) {}

  /// A room was deleted.
  void begin(const std::string& room_id);
  /// At start: goes on with what was interrupted.
  void resume();
  void stop() { stopping_ = true; }

  /// Rooms under way.
  std::size_t busy() const { return busy_.size(); }

 private:
  Task<> purge(std::string room_id);
  Task<bool> purge_chunk(std::string room_id);
  Task<> find_interrupted();

  RoomContext context_;
  std::unordered_set<std::string> busy_;
  bool stopping_ = false;
};

}  // namespace parley
