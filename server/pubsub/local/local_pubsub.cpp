#include "pubsub/local/local_pubsub.h"

#include <algorithm>

namespace parley {

void LocalBus::publish(const LocalPubSub* from, std::string_view channel, std::string_view payload) {
  if (dropping_) return;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    auto* link = links_[i];
    if (link != from && link->handler_ && link->channels_.contains(channel)) link->handler_(channel, payload);
  }
}

LocalPubSub::LocalPubSub(LocalBus& bus) : bus_(bus) {
  bus_.links_.push_back(this);
}

LocalPubSub::~LocalPubSub() {
  std::erase(bus_.links_, this);
}

void LocalPubSub::publish(std::string_view channel, std::string_view payload) {
  bus_.publish(this, channel, payload);
}

Task<bool> LocalPubSub::subscribe(std::string channel) {
  channels_.insert(std::move(channel));
  co_return true;
}

void LocalPubSub::unsubscribe(std::string_view channel) {
  if (const auto it = channels_.find(channel); it != channels_.end()) channels_.erase(it);
}

}  // namespace parley
