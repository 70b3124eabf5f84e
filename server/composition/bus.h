#pragma once

#include <memory>

#include "core/event_loop.h"
#include "core/task.h"
#include "pubsub/local/local_notice_board.h"
#include "pubsub/local/local_pubsub.h"
#include "pubsub/local/local_shared_counters.h"
#include "pubsub/redis/redis_bus.h"

namespace parley {

/// What instances share: over Redis where there is one, else in this process, which is then the only instance.
class Bus {
  struct InProcess {
    explicit InProcess(const Clock& clock) : counters(clock) {}
    LocalBus bus;
    LocalPubSub pubsub{bus};
    LocalNoticeBoard notices;
    LocalSharedCounters counters;
  };
  std::unique_ptr<redis::RedisBus> redis_;
  std::unique_ptr<InProcess> local_;

 public:
  Bus(EventLoop& loop, const Clock& clock, const RedisAddress& address, const std::string& instance_id)
      : redis_(address.host.empty() ? nullptr : std::make_unique<redis::RedisBus>(loop, address, instance_id)),
        local_(redis_ ? nullptr : std::make_unique<InProcess>(clock)),
        pubsub(redis_ ? static_cast<PubSub&>(redis_->pubsub()) : local_->pubsub),
        notices(redis_ ? static_cast<NoticeBoard&>(redis_->notice_board()) : local_->notices),
        counters(redis_ ? static_cast<SharedCounters&>(redis_->counters()) : local_->counters) {}

  /// For a process that does one thing: before it, waits a while until others hear of it; after it, until they have.
  Task<> come_up() const {
    for (int i = 0; i < 200 && !pubsub.healthy(); ++i) co_await sleep_for(std::chrono::milliseconds(10));
  }
  bool reaches_others() const { return redis_ && pubsub.healthy(); }
  Task<> drain() const { co_await counters.read("drained"); }  // Redis answers in order

  PubSub& pubsub;
  NoticeBoard& notices;
  SharedCounters& counters;
};

}  // namespace parley
