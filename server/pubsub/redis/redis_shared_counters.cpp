#include "pubsub/redis/redis_shared_counters.h"

#include <algorithm>
#include <array>

namespace parley::redis {
namespace {

// One step: a count that was left without an end would lock somebody out for ever. (EXPIRE NX is only in Redis 7.)
constexpr std::string_view kAdd =
    "redis.call('INCR', KEYS[1]) if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end";
// One step: of one moment.
constexpr std::string_view kRead = "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}";

std::string counter_key(std::string_view name) {
  return "chat:count:" + std::string(name);
}

}  // namespace

void RedisSharedCounters::add(std::string_view name, std::chrono::seconds window) {
  const auto key = counter_key(name);
  const auto seconds = std::to_string(window.count());
  const std::array<std::string_view, 5> words{"EVAL", kAdd, "1", key, seconds};
  link_->send(words, refusal_logger("chat:count"));
}

Task<std::optional<SharedCounters::Count>> RedisSharedCounters::read(std::string name) {
  std::vector<std::string> words{"EVAL", std::string(kRead), "1", counter_key(name)};
  const auto reply = co_await ask(link_, std::move(words));
  if (!reply || is_refused(reply.view(), "chat:count")) co_return std::nullopt;
  Count count;
  count.value = static_cast<std::uint64_t>(std::max<std::int64_t>(0, reply.view().at(0).integer()));
  const std::chrono::milliseconds left(std::max<std::int64_t>(0, reply.view().at(1).integer()));
  count.left = std::chrono::ceil<std::chrono::seconds>(left);
  co_return count;
}

}  // namespace parley::redis
