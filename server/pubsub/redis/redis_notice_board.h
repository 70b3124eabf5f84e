#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <set>
#include <string>

#include "core/event_loop.h"
#include "pubsub/notice_board.h"
#include "pubsub/redis/redis_link.h"

namespace parley::redis {

/// A hash for each topic, chat:presence:{topic}, with a field for each instance. A day after the last instance with a
/// note on it has died it goes, so that nothing stays for ever: each instance keeps alive what it has a note on.
class RedisNoticeBoard : public NoticeBoard {
 public:
  RedisNoticeBoard(EventLoop& loop, std::shared_ptr<Link> link, std::string instance_id);

  void put(std::string_view topic, std::string_view instance_id, std::string_view text) override;
  Task<std::optional<std::vector<Note>>> read(std::string topic) override;

  /// Gives the next part of the own topics another day; all of them within an hour. Called by its own timer.
  void keep_alive();

 private:
  const std::shared_ptr<Link> link_;
  const std::string instance_id_;
  std::set<std::string, std::less<>> own_topics_;
  std::string kept_up_to_;
  boost::asio::steady_timer timer_;
};

}  // namespace parley::redis
