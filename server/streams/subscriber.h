#pragma once

#include <string>

#include "core/shared_bytes.h"
#include "core/task.h"

namespace parley {

/// An event, framed once and shared by everybody who gets it.
using Frame = SharedBytes;

/// A connection as the hub sees it. Io thread. None of these may call back into the hub before it returns.
class Subscriber {
 public:
  virtual ~Subscriber() = default;

  virtual const std::string& user_id() const = 0;
  virtual const std::string& username() const = 0;

  /// Takes a frame to send. One that has no room for it closes itself later.
  virtual void deliver(const Frame& frame) = 0;

  /// The hub has ended the subscription: the user was removed from the room, or the room was deleted.
  virtual void subscription_ended(const std::string& stream) = 0;

  /// Whether less than half of what it may hold is held. Who gives it what is past stops where that ends; the other
  /// half is for what happens meanwhile.
  virtual bool has_room() const = 0;

  /// Completes with true once it has room, with false once it is closed.
  virtual Task<bool> drained() = 0;
};

/// Where clients' events are framed: the layer above knows how.
using Framer = Frame (*)(std::string_view json);

}  // namespace parley
