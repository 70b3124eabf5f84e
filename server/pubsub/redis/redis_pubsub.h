#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "pubsub/pubsub.h"
#include "pubsub/redis/redis_link.h"
#include "pubsub/redis/redis_subscriptions.h"

namespace parley::redis {

/// The bus over Redis's PUBLISH and SUBSCRIBE, one link for each. After a link was lost everything is subscribed anew,
/// in chunks. A payload carries its publisher's id in front, by which an instance knows its own. The log hears once
/// when the bus is lost and once when it is back.
class RedisPubSub : public PubSub {
 public:
  /// `instance_id` has no blank. The address and `tls` outlive this, and this outlives its coroutines.
  RedisPubSub(EventLoop& loop, const RedisAddress& address, const TlsClientContext* tls, std::string instance_id);
  ~RedisPubSub() override;
  RedisPubSub(const RedisPubSub&) = delete;
  RedisPubSub& operator=(const RedisPubSub&) = delete;

  void on_message(Handler handler) override { handler_ = std::move(handler); }
  void publish(std::string_view channel, std::string_view payload) override;
  Task<bool> subscribe(std::string channel) override;
  void unsubscribe(std::string_view channel) override;
  bool healthy() const override;
  std::uint64_t links() const override { return publisher_->ups() + subscriber_->ups(); }

  /// The link that publishes: others may ask over it, too.
  const std::shared_ptr<Link>& commands() const { return publisher_; }

  /// Ends both links, for good.
  void stop();

 private:
  struct Waiter;
  enum class Told { nothing, absent, up, lost };

  void on_subscriber_up();
  void on_subscriber_down(std::string_view why);
  void on_reply(ReplyView reply);
  void on_confirmed(std::string_view channel);
  void on_published(std::string_view channel, std::string_view payload);
  void renew();
  bool send(std::string_view command, const std::vector<std::string>& channels);
  void answer_waiters(const std::string& channel, bool confirmed);
  void tell_up();
  void tell_lost(std::string_view why);

  EventLoop& loop_;
  const RedisAddress& address_;
  const std::string mark_;  // the instance's id and a blank: how each own payload begins
  const std::shared_ptr<Link> publisher_;
  const std::shared_ptr<Link> subscriber_;
  Handler handler_;
  Subscriptions subscriptions_;
  std::vector<std::string> to_renew_;
  std::unordered_multimap<std::string, std::shared_ptr<Waiter>> waiters_;
  std::string marked_;
  Told told_ = Told::nothing;
};

}  // namespace parley::redis
