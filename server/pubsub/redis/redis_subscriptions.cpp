#include "pubsub/redis/redis_subscriptions.h"

namespace parley::redis {

bool Subscriptions::wanted(std::string_view channel) const {
  const auto it = channels_.find(channel);
  return it != channels_.end() && it->second.wanted;
}

bool Subscriptions::confirmed(std::string_view channel) const {
  const auto it = channels_.find(channel);
  return it != channels_.end() && it->second.confirmed;
}

bool Subscriptions::want(const std::string& channel) {
  auto& found = channels_[channel];
  // One that was unwanted meanwhile is under way for nothing: its UNSUBSCRIBE is, too.
  const bool needed = !found.confirmed && (!found.wanted || found.under_way == 0);
  found.wanted = true;
  return needed;
}

void Subscriptions::sent(std::string_view channel) {
  const auto it = channels_.find(channel);
  if (it == channels_.end()) return;
  ++it->second.under_way;
  ++under_way_;
}

void Subscriptions::owe(std::string_view channel) {
  const auto it = channels_.find(channel);
  if (it != channels_.end() && it->second.wanted && !it->second.confirmed) set_owed(it->second, true);
}

bool Subscriptions::confirm(std::string_view channel) {
  const auto it = channels_.find(channel);
  if (it == channels_.end() || it->second.under_way == 0) return false;
  auto& found = it->second;
  --under_way_;
  if (--found.under_way != 0) return false;
  if (!found.wanted) {
    channels_.erase(it);
    return false;
  }
  found.confirmed = true;
  set_owed(found, false);
  return true;
}

bool Subscriptions::unwant(std::string_view channel) {
  const auto it = channels_.find(channel);
  if (it == channels_.end() || !it->second.wanted) return false;
  auto& found = it->second;
  const bool known_to_redis = found.confirmed || found.under_way != 0;
  found.wanted = false;
  found.confirmed = false;
  set_owed(found, false);
  if (found.under_way == 0) channels_.erase(it);
  return known_to_redis;
}

void Subscriptions::lose_all() {
  under_way_ = 0;
  for (auto it = channels_.begin(); it != channels_.end();) {
    auto& channel = it->second;
    channel.under_way = 0;
    channel.confirmed = false;
    if (channel.wanted) {
      set_owed(channel, true);
      ++it;
    } else {
      it = channels_.erase(it);
    }
  }
}

std::vector<std::string> Subscriptions::names() const {
  std::vector<std::string> owed;
  owed.reserve(owed_);
  for (const auto& [name, channel] : channels_) {
    if (channel.owed) owed.push_back(name);
  }
  return owed;
}

void Subscriptions::set_owed(Channel& channel, bool owed) {
  if (channel.owed == owed) return;
  channel.owed = owed;
  owed ? ++owed_ : --owed_;
}

}  // namespace parley::redis
