#pragma once

#include <functional>
#include <string>

#include "pubsub/pubsub.h"
#include "streams/appender.h"
#include "streams/hub.h"

namespace parley {

/// Joins this instance's streams with the bus: what is committed here goes to the own hub and to the others; what
/// the others commit goes to the own hub. Io thread.
class BusLink : public EntrySink {
 public:
  BusLink(PubSub& bus, Hub& hub);

  void on_committed(const Entry& entry) override;

  /// Tells the other instances that this one's presence in the stream has changed.
  void announce_presence(const std::string& stream);

  struct Observer {
    std::function<void(std::string_view text)> on_heartbeat;               ///< on the deployment's channel
    std::function<void(const std::string& stream)> on_presence_elsewhere;  ///< another instance's has changed
  };
  void observe(Observer observer) { observer_ = std::move(observer); }

  /// Sends what is no entry (typing) to everybody subscribed to the stream, here and elsewhere, but one user (empty:
  /// nobody).
  void broadcast(const std::string& stream, std::string_view json, std::string_view except_user = {});

 private:
  void on_event(const std::string& stream, std::string_view payload);
  void on_message(std::string_view channel, std::string_view payload);

  PubSub& bus_;
  Hub& hub_;
  Observer observer_{[](auto) {}, [](const auto&) {}};
};

}  // namespace parley
