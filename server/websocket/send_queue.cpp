#include "websocket/send_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley::websocket {

SendStatus SendQueue::push(SharedBytes frame) {
  if (finished_) return SendStatus::closed;
  const std::size_t cost = cost_of(frame);
  if (cost > bound_ - held_) return SendStatus::overflowed;
  if (frames_.capacity() == 0) frames_.reserve(kKeptSlots);
  frames_.push_back(std::move(frame));
  held_ += cost;
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

void SendQueue::finish(SharedBytes last) {
  if (finished_) return;
  const std::size_t begun = std::max<std::size_t>(offered_frames_, written_ > 0 ? 1 : 0);
  while (frames_.size() - head_ > begun) {
    held_ -= cost_of(frames_.back());
    frames_.pop_back();
  }
  const std::size_t cost = cost_of(last);
  frames_.push_back(std::move(last));
  held_ += cost;
  finished_ = true;
}

std::span<iovec> SendQueue::gather(std::span<iovec> out) noexcept {
  assert(offered_frames_ == 0);
  const std::size_t count = std::min({out.size(), kMaxGather, frames_.size() - head_});
  std::size_t skip = written_;
  offered_bytes_ = 0;
  for (std::size_t i = 0; i < count; ++i, skip = 0) {
    const std::string_view bytes = frames_[head_ + i].view().substr(skip);
    out[i] = {const_cast<char*>(bytes.data()), bytes.size()};  // iovec serves reading too; a write only reads
    offered_bytes_ += bytes.size();
  }
  offered_frames_ = static_cast<std::uint8_t>(count);
  return out.first(count);
}

void SendQueue::consumed(std::size_t count) noexcept {
  assert(count <= offered_bytes_);
  blocked_ = count < offered_bytes_;
  offered_bytes_ = 0;
  offered_frames_ = 0;
  written_ += count;
  while (!empty() && written_ >= frames_[head_].size()) drop_front();
  compact();
}

void SendQueue::drop_front() noexcept {
  const SharedBytes frame = std::move(frames_[head_++]);
  written_ -= frame.size();
  held_ -= cost_of(frame);
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
