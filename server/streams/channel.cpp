#include "streams/channel.h"

#include <algorithm>

namespace parley {

void Channel::start(std::uint64_t head) {
  started_ = true;
  last_ = head;
  std::erase_if(early_, [head](const auto& item) { return item.first <= head; });
  deliver_early();
}

Channel::Accepted Channel::accept(const Entry& entry) {
  if (started_ && entry.seq <= last_) return Accepted::old;
  if (!started_ || entry.seq > last_ + 1) {
    // Beyond the bound the newest go: they are read from the store when the gap is.
    if (early_.size() < kEarly) {
      early_.emplace(entry.seq, entry);
    } else {
      doubtful_ = true;
    }
    return Accepted::early;
  }
  deliver(entry);
  deliver_early();
  return Accepted::delivered;
}

void Channel::deliver_early() {
  while (!early_.empty() && early_.begin()->first <= last_ + 1) {
    const auto next = early_.extract(early_.begin());
    if (next.key() == last_ + 1) deliver(next.mapped());
  }
}

void Channel::deliver(const Entry& entry) {
  if (on_next_) on_next_(entry);
  auto next = framed(entry, framer_);
  last_ = entry.seq;
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    if (subscriptions_[i].live) give_one(subscriptions_[i], next);
  }
  keep(std::move(next));
}

/// Whether it ended the subscription.
bool Channel::give_one(Subscription& subscription, const FramedEntry& entry) {
  subscription.subscriber->deliver(entry.frame);
  subscription.cursor = entry.seq;
  // An end before the subscription began is history: whoever subscribed was a member then.
  if (entry.seq <= subscription.since || !entry.ending.ends(subscription.subscriber->user_id())) return false;
  subscription.live = false;
  ended_.push_back(subscription.subscriber);
  return true;
}

void Channel::keep(FramedEntry entry) {
  ring_bytes_ += entry.frame.size();
  ring_.push_back(std::move(entry));
  while (ring_.size() > kRing || (ring_bytes_ > kRingBytes && ring_.size() > 1)) {
    ring_bytes_ -= ring_.front().frame.size();
    ring_.pop_front();
  }
}

Channel::Subscription& Channel::add(std::shared_ptr<Subscriber> subscriber, std::uint64_t cursor, std::uint64_t since) {
  return subscriptions_.emplace_back(Subscription{std::move(subscriber), next_id_++, cursor, since, cursor == last_});
}

bool Channel::remove(const Subscriber* subscriber) {
  const auto it = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                               [subscriber](const auto& s) { return s.subscriber.get() == subscriber; });
  if (it == subscriptions_.end()) return false;
  *it = std::move(subscriptions_.back());
  subscriptions_.pop_back();
  return true;
}

Channel::Subscription* Channel::find(const Subscriber* subscriber, std::uint64_t id) {
  const auto it = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                               [&](const auto& s) { return s.subscriber.get() == subscriber && s.id == id; });
  return it == subscriptions_.end() ? nullptr : &*it;
}

bool Channel::give_from_ring(Subscription& subscription) {
  if (subscription.cursor == last_) {
    subscription.live = true;
    return true;
  }
  if (ring_.empty() || ring_.front().seq > subscription.cursor + 1) return false;
  auto index = static_cast<std::size_t>(subscription.cursor + 1 - ring_.front().seq);
  for (; index < ring_.size() && subscription.subscriber->has_room(); ++index) {
    if (give_one(subscription, ring_[index])) return true;
  }
  subscription.live = subscription.cursor == last_;
  return true;
}

bool Channel::give(Subscription& subscription, std::span<const FramedEntry> entries) {
  for (const auto& entry : entries) {
    if (!subscription.subscriber->has_room()) break;
    if (entry.seq == subscription.cursor + 1 && give_one(subscription, entry)) return true;
  }
  return false;
}

void Channel::broadcast(const Frame& frame, std::string_view except_user) const {
  for (const auto& [subscriber, id, cursor, since, live] : subscriptions_) {
    if (except_user.empty() || subscriber->user_id() != except_user) subscriber->deliver(frame);
  }
}

std::vector<std::shared_ptr<Subscriber>> Channel::take_ended() {
  for (const auto& subscriber : ended_) remove(subscriber.get());
  return std::exchange(ended_, {});
}

}  // namespace parley
