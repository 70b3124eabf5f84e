#include "pubsub/redis/redis_notice_board.h"

#include <array>

namespace parley::redis {
namespace {

// One step, so that a link that breaks leaves no hash without an end.
constexpr std::string_view kPut =
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) redis.call('EXPIRE', KEYS[1], ARGV[3])";
constexpr std::string_view kLife = "86400";  // seconds
constexpr std::chrono::seconds kStep{10};
constexpr std::size_t kSteps = 360;  // in which all are kept alive once

constexpr const char* kKeys = "chat:presence";

std::string board_key(std::string_view topic) {
  return "chat:presence:" + std::string(topic);
}

}  // namespace

RedisNoticeBoard::RedisNoticeBoard(EventLoop& loop, std::shared_ptr<Link> link, std::string instance_id)
    : link_(std::move(link)), instance_id_(std::move(instance_id)), timer_(loop.context()) {
  keep_alive();
}

void RedisNoticeBoard::put(std::string_view topic, std::string_view instance_id, std::string_view text) {
  const auto key = board_key(topic);
  if (text.empty()) {
    link_->send(std::array<std::string_view, 3>{"HDEL", key, instance_id}, refusal_logger(kKeys));
  } else {
    link_->send(std::array<std::string_view, 7>{"EVAL", kPut, "1", key, instance_id, text, kLife},
                refusal_logger(kKeys));
  }
  if (instance_id != instance_id_) return;
  if (text.empty()) {
    own_topics_.erase(std::string(topic));
  } else {
    own_topics_.emplace(topic);
  }
}

Task<std::optional<std::vector<NoticeBoard::Note>>> RedisNoticeBoard::read(std::string topic) {
  std::vector<std::string> words{"HGETALL", board_key(topic)};
  const auto reply = co_await ask(link_, std::move(words));
  if (!reply || is_refused(reply.view(), kKeys)) co_return std::nullopt;
  std::vector<Note> notes;
  for (std::size_t i = 0; i + 1 < reply.view().size(); i += 2) {
    notes.push_back({std::string(reply.view().at(i).text()), std::string(reply.view().at(i + 1).text())});
  }
  co_return notes;
}

void RedisNoticeBoard::keep_alive() {
  timer_.expires_after(kStep);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) keep_alive();
  });
  auto next = own_topics_.upper_bound(kept_up_to_);
  for (std::size_t left = own_topics_.size() / kSteps + 1; left > 0 && next != own_topics_.end(); --left, ++next) {
    const auto key = board_key(*next);
    link_->send(std::array<std::string_view, 3>{"EXPIRE", key, kLife}, refusal_logger(kKeys));
    kept_up_to_ = *next;
  }
  if (next == own_topics_.end()) kept_up_to_.clear();
}

}  // namespace parley::redis
