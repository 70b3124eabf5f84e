#include "websocket/send_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley::websocket {

SendStatus SendQueue::push(SharedBytes frame) {
  if (finished_) return SendStatus::closed;
  if (!fits(frame)) return SendStatus::overflowed;
  const std::size_t cost = cost_of(frame);
  if (frames_.capacity() == 0) frames_.reserve(kKeptSlots);
  frames_.push_back(std::move(frame));
  held_ += cost;
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

void SendQueue::finish(SharedBytes last) {
  if (finished_) return;
  while (frames_.size() - head_ > offered_frames_) {
    held_ -= cost_of(frames_.back());
    frames_.pop_back();
  }
  const std::size_t cost = cost_of(last);
  frames_.push_back(std::move(last));
  held_ += cost;
  finished_ = true;
}

std::span<const asio::const_buffer> SendQueue::gather(std::span<asio::const_buffer> out) noexcept {
  assert(offered_bytes_ == 0);
  const std::size_t count = std::min({out.size(), kMaxGather, frames_.size() - head_});
  std::size_t skip = written_;
  for (std::size_t i = 0; i < count; ++i, skip = 0) {
    const std::string_view bytes = frames_[head_ + i].view().substr(skip);
    out[i] = asio::const_buffer(bytes.data(), bytes.size());
    offered_bytes_ += bytes.size();
  }
  offered_frames_ = std::max(offered_frames_, static_cast<std::uint8_t>(count));
  return out.first(count);
}

void SendQueue::consumed(std::size_t count) noexcept {
  assert(count <= offered_bytes_);
  blocked_ = count < offered_bytes_;
  offered_bytes_ = 0;
  written_ += count;
  while (!empty() && written_ >= frames_[head_].size()) drop_front();
  compact();
}

void SendQueue::drop_front() noexcept {
  const SharedBytes frame = std::move(frames_[head_++]);
  written_ -= frame.size();
  held_ -= cost_of(frame);
  if (offered_frames_ > 0) --offered_frames_;  // none where an empty frame follows what was offered
}

// The slots in front are reclaimed when they are the greater part, so each frame is moved once at most on
// average.
void SendQueue::compact() noexcept {
  if (empty()) {
    frames_.clear();
    head_ = 0;
    if (frames_.capacity() > kKeptSlots) std::vector<SharedBytes>().swap(frames_);
  } else if (head_ > frames_.size() / 2) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace parley::websocket
