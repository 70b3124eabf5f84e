#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "streams/proposal.h"

namespace parley {

/// What waits to be appended, by stream. Streams are offered in turn, so that a busy one does not starve the
/// others. A held stream (a batch of it is in flight, or its state is being read) is not offered.
class AppendQueue {
 public:
  void push(PendingAppend pending);
  /// Puts back, in their order, before what waits.
  void push_front(const std::string& stream, std::vector<PendingAppend> pending);

  /// The next stream that has something waiting and is not held; it is held from then on.
  std::optional<std::string> hold_next();
  void release(const std::string& stream);

  /// The oldest that waits for a stream, or null.
  PendingAppend* front(const std::string& stream);
  PendingAppend pop_front(const std::string& stream);

  std::vector<PendingAppend> take_all(const std::string& stream);
  /// What has expired, and what waits behind it in its stream: that must not overtake its retry.
  std::vector<PendingAppend> take_expired(std::chrono::steady_clock::time_point now);

  std::size_t size() const { return size_; }

 private:
  struct Stream {
    std::deque<PendingAppend> waiting;
    bool held = false;
    bool listed = false;
  };
  void list(const std::string& name, Stream& stream);

  std::unordered_map<std::string, Stream> streams_;
  std::deque<std::string> ready_;
  std::size_t size_ = 0;
};

}  // namespace parley
