#include "streams/append_queue.h"

#include <iterator>

namespace parley {

void AppendQueue::list(const std::string& name, Stream& stream) {
  if (stream.held || stream.listed || stream.waiting.empty()) return;
  stream.listed = true;
  ready_.push_back(name);
}

void AppendQueue::push(PendingAppend pending) {
  auto& [name, stream] = *streams_.try_emplace(pending.proposal.stream).first;
  stream.waiting.push_back(std::move(pending));
  ++size_;
  list(name, stream);
}

void AppendQueue::push_front(const std::string& stream, std::vector<PendingAppend> pending) {
  auto& [name, slot] = *streams_.try_emplace(stream).first;
  size_ += pending.size();
  slot.waiting.insert(slot.waiting.begin(), std::make_move_iterator(pending.begin()),
                      std::make_move_iterator(pending.end()));
  list(name, slot);
}

std::optional<std::string> AppendQueue::hold_next() {
  while (!ready_.empty()) {
    auto name = std::move(ready_.front());
    ready_.pop_front();
    const auto it = streams_.find(name);
    if (it == streams_.end()) continue;
    it->second.listed = false;
    if (it->second.held) continue;
    if (it->second.waiting.empty()) {
      streams_.erase(it);  // all of it has expired
      continue;
    }
    it->second.held = true;
    return name;
  }
  return std::nullopt;
}

void AppendQueue::release(const std::string& stream) {
  const auto it = streams_.find(stream);
  if (it == streams_.end()) return;
  it->second.held = false;
  if (it->second.waiting.empty()) {
    streams_.erase(it);
  } else {
    list(it->first, it->second);
  }
}

PendingAppend* AppendQueue::front(const std::string& stream) {
  const auto it = streams_.find(stream);
  return it == streams_.end() || it->second.waiting.empty() ? nullptr : &it->second.waiting.front();
}

PendingAppend AppendQueue::pop_front(const std::string& stream) {
  auto& waiting = streams_.at(stream).waiting;
  auto pending = std::move(waiting.front());
  waiting.pop_front();
  --size_;
  return pending;
}

std::vector<PendingAppend> AppendQueue::take_all(const std::string& stream) {
  std::vector<PendingAppend> all;
  while (front(stream)) all.push_back(pop_front(stream));
  return all;
}

std::vector<PendingAppend> AppendQueue::take_expired(std::chrono::steady_clock::time_point now) {
  std::vector<PendingAppend> expired;
  for (auto& [name, stream] : streams_) {
    // Deadlines of one stream ascend but for what was put back, which is older still: the front is the oldest.
    if (stream.waiting.empty() || stream.waiting.front().deadline > now) continue;
    for (auto& pending : take_all(name)) expired.push_back(std::move(pending));
  }
  return expired;
}

}  // namespace parley
