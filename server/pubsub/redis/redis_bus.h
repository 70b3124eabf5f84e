#pragma once

#include <memory>
#include <string>

#include "pubsub/redis/redis_notice_board.h"
#include "pubsub/redis/redis_pubsub.h"
#include "pubsub/redis/redis_shared_counters.h"

namespace parley::redis {

/// Everything that instances share over one Redis.
class RedisBus {
 public:
  /// Connects as soon as the loop runs. Throws std::runtime_error where the file of authorities can't be used.
  RedisBus(EventLoop& loop, RedisAddress address, const std::string& instance_id)
      : address_(std::move(address)),
        tls_(address_.tls ? std::make_unique<TlsClientContext>(address_.tls_ca) : nullptr),
        pubsub_(loop, address_, tls_.get(), instance_id),
        notice_board_(loop, pubsub_.commands(), instance_id) {}

  RedisPubSub& pubsub() { return pubsub_; }
  RedisNoticeBoard& notice_board() { return notice_board_; }
  RedisSharedCounters& counters() { return counters_; }

 private:
  const RedisAddress address_;
  const std::unique_ptr<TlsClientContext> tls_;
  RedisPubSub pubsub_;
  RedisNoticeBoard notice_board_;
  RedisSharedCounters counters_{pubsub_.commands()};
};

}  // namespace parley::redis
