#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/task.h"

namespace parley {

/// The bus between instances: at most once, it may lose anything; the store repairs what matters. Channels are
/// `chat:room:{room_id}`, `chat:user:{user_id}` and `chat:instances:{deployment_id}`. All functions are for the io
/// thread. A publisher does not hear itself.
class PubSub {
 public:
  using Handler = std::function<void(std::string_view channel, std::string_view payload)>;

  virtual ~PubSub() = default;

  /// Who gets what arrives on subscribed channels; set once, before anything is subscribed.
  virtual void on_message(Handler handler) = 0;

  /// Never waits: what can't be sent now is dropped.
  virtual void publish(std::string_view channel, std::string_view payload) = 0;

  /// Returns when the subscription is confirmed; false where the bus is away (it is subscribed as soon as the
  /// bus is back). Subscribing twice is one subscription.
  virtual Task<bool> subscribe(std::string channel) = 0;
  virtual void unsubscribe(std::string_view channel) = 0;

  /// Whether every link is up and everything subscribed is confirmed.
  virtual bool healthy() const = 0;

  /// How often a link was made anew: what was published around a change may be lost, though all is healthy again.
  virtual std::uint64_t links() const = 0;
};

}  // namespace parley
