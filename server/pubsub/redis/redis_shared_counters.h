#pragma once

#include <memory>

#include "pubsub/redis/redis_link.h"
#include "pubsub/shared_counters.h"

namespace parley::redis {

/// A number for each name, chat:count:{name}, that goes when its window is over.
class RedisSharedCounters : public SharedCounters {
 public:
  explicit RedisSharedCounters(std::shared_ptr<Link> link) : link_(std::move(link)) {}

  void add(std::string_view name, std::chrono::seconds window) override;
  Task<std::optional<Count>> read(std::string name) override;

 private:
  const std::shared_ptr<Link> link_;
};

}  // namespace parley::redis
