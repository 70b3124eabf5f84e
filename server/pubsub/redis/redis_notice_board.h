#pragma once

#include <memory>

#include "pubsub/notice_board.h"
#include "pubsub/redis/redis_link.h"

namespace parley::redis {

/// A hash for each topic, chat:presence:{topic}, with a field for each instance. It goes a day after its last note was
/// put, so that nothing stays for ever.
class RedisNoticeBoard : public NoticeBoard {
 public:
  explicit RedisNoticeBoard(std::shared_ptr<Link> link) : link_(std::move(link)) {}

  void put(std::string_view topic, std::string_view instance_id, std::string_view text) override;
  Task<std::optional<std::vector<Note>>> read(std::string topic) override;

 private:
  const std::shared_ptr<Link> link_;
};

}  // namespace parley::redis
