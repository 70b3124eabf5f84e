#pragma once

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/shared_bytes.h"

namespace parley::websocket {

namespace asio = boost::asio;

enum class SendStatus : std::uint8_t {
  sent,        ///< goes out with the next write; the peer is keeping up
  queued,      ///< behind bytes that the socket has not taken yet
  overflowed,  ///< refused, the queue is as it was: the peer is too slow, close it with 4008
  closed,      ///< refused: the last frame was already given
};

/// The frames that one connection has still to send, in order, shared with other connections. Does no I/O. A
/// write is a gather(), the system call, and a consumed() with what the socket took. One thread at a time.
///
/// The bound is on memory and hard: a frame counts whole until its last byte is gone, with what it costs to
/// keep (a peer must not be able to fill megabytes with two-byte pongs). A drained queue holds no frame and
/// at most kKeptSlots pointers.
class SendQueue {
 public:
  static constexpr std::size_t kDefaultBound = std::size_t{1024} * 1024;  ///< bytes
  static constexpr std::size_t kFrameOverhead = 64;  ///< bytes, at most: allocation, count of owners, slots
  static constexpr std::size_t kMaxGather = 64;      ///< buffers; far below any system's IOV_MAX
  static constexpr std::size_t kKeptSlots = 4;

  explicit SendQueue(std::size_t bound = kDefaultBound) noexcept : bound_(bound) {}
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;

  /// Whether push() would take it.
  [[nodiscard]] bool fits(const SharedBytes& frame) const noexcept { return cost_of(frame) <= bound_ - held_; }

  /// Throws std::bad_alloc, and is then unchanged.
  SendStatus push(SharedBytes frame);

  /// For the close frame: drops every frame that the socket was not offered yet, so that the peer gets to see
  /// `last` soon and the memory is free now, takes `last` whatever the bound, and nothing after it. (What was
  /// offered stays, taken or not: TLS has encrypted it.) Throws std::bad_alloc; may then be called again.
  void finish(SharedBytes last);

  /// Points `out`, from its start on, at the bytes to write next, and returns the part that it used: at most
  /// kMaxGather buffers. They stay valid until consumed(), whatever is pushed or finished meanwhile. What was
  /// offered and not taken comes first again, so a write may be tried again as Transport wants it.
  [[nodiscard]] std::span<const asio::const_buffer> gather(std::span<asio::const_buffer> out) noexcept;

  /// The socket took the first `count` of the bytes gathered last; 0 if it would have blocked.
  void consumed(std::size_t count) noexcept;

  [[nodiscard]] bool empty() const noexcept { return head_ == frames_.size(); }

  /// The socket did not take all that it was offered last. Only would_block says that one has to wait: over
  /// TLS a write takes one record and may well go on.
  [[nodiscard]] bool blocked() const noexcept { return blocked_; }

  /// Bytes counted against the bound.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_; }
  [[nodiscard]] std::size_t bound() const noexcept { return bound_; }

  /// Pointers that there is memory for.
  [[nodiscard]] std::size_t slots() const noexcept { return frames_.capacity(); }

 private:
  static std::size_t cost_of(const SharedBytes& frame) noexcept { return frame.size() + kFrameOverhead; }
  void drop_front() noexcept;
  void compact() noexcept;

  std::vector<SharedBytes> frames_;  // those before head_ are gone
  std::size_t head_ = 0;
  std::size_t written_ = 0;  // bytes of the first frame that the socket has
  std::size_t held_ = 0;
  std::size_t bound_;
  std::size_t offered_bytes_ = 0;    // by the gather() that consumed() has not answered yet
  std::uint8_t offered_frames_ = 0;  // at the front, that the socket has seen and not wholly taken
  bool blocked_ = false;
  bool finished_ = false;
};

}  // namespace parley::websocket
