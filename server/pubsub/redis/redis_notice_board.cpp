#include "pubsub/redis/redis_notice_board.h"

#include <array>

namespace parley::redis {
namespace {

// One step, so that a link that breaks leaves no hash without an end.
constexpr std::string_view kPut =
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) redis.call('EXPIRE', KEYS[1], ARGV[3])";
constexpr std::string_view kLife = "86400";  // seconds

std::string key_of(std::string_view topic) {
  return "chat:presence:" + std::string(topic);
}

}  // namespace

void RedisNoticeBoard::put(std::string_view topic, std::string_view instance_id, std::string_view text) {
  const auto key = key_of(topic);
  const auto log_refusal = refusal_logger("chat:presence");
  if (text.empty()) {
    link_->send(std::array<std::string_view, 3>{"HDEL", key, instance_id}, log_refusal);
  } else {
    link_->send(std::array<std::string_view, 7>{"EVAL", kPut, "1", key, instance_id, text, kLife}, log_refusal);
  }
}

Task<std::optional<std::vector<NoticeBoard::Note>>> RedisNoticeBoard::read(std::string topic) {
  std::vector<std::string> words{"HGETALL", key_of(topic)};
  const auto reply = co_await ask(link_, std::move(words));
  if (!reply || is_refused(reply.view(), "chat:presence")) co_return std::nullopt;
  std::vector<Note> notes;
  for (std::size_t i = 0; i + 1 < reply.view().size(); i += 2) {
    notes.push_back({std::string(reply.view().at(i).text()), std::string(reply.view().at(i + 1).text())});
  }
  co_return notes;
}

}  // namespace parley::redis
