#pragma once

#include <set>
#include <string>
#include <vector>

#include "pubsub/pubsub.h"

namespace parley {

class LocalPubSub;

/// Joins the instances that run in one process: one in the product, several in tests.
class LocalBus {
 public:
  /// While true, whatever is published is lost, as with a bus that is down.
  void drop_everything(bool drop) { dropping_ = drop; }

 private:
  friend class LocalPubSub;
  void publish(const LocalPubSub* from, std::string_view channel, std::string_view payload);

  std::vector<LocalPubSub*> links_;
  bool dropping_ = false;
};

/// The bus of a server that runs alone.
class LocalPubSub : public PubSub {
 public:
  explicit LocalPubSub(LocalBus& bus);
  ~LocalPubSub() override;
  LocalPubSub(const LocalPubSub&) = delete;
  LocalPubSub& operator=(const LocalPubSub&) = delete;

  void on_message(Handler handler) override { handler_ = std::move(handler); }
  void publish(std::string_view channel, std::string_view payload) override;
  Task<bool> subscribe(std::string channel) override;
  void unsubscribe(std::string_view channel) override;
  bool healthy() const override { return true; }
  std::uint64_t links() const override { return 1; }

 private:
  friend class LocalBus;

  LocalBus& bus_;
  Handler handler_;
  std::set<std::string, std::less<>> channels_;
};

}  // namespace parley
