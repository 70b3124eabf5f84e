#pragma once

#include <map>
#include <string>

#include "pubsub/notice_board.h"

namespace parley {

/// The notice board of the instances in one process.
class LocalNoticeBoard : public NoticeBoard {
 public:
  void put(std::string_view topic, std::string_view instance_id, std::string_view text) override;
  Task<std::optional<std::vector<Note>>> read(std::string topic) override;

 private:
  using Notes = std::map<std::string, std::string, std::less<>>;  // by instance
  std::map<std::string, Notes, std::less<>> topics_;
};

}  // namespace parley
