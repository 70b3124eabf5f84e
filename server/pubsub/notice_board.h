#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/task.h"

namespace parley {

/// What each instance last said about a topic (who is online in a room), for those who come later. It lies with the
/// bus and goes with it: then every instance says its own again. Io thread.
class NoticeBoard {
 public:
  struct Note {
    std::string instance_id;
    std::string text;
  };

  virtual ~NoticeBoard() = default;

  /// Replaces this instance's note; an empty text takes it away. Never waits: what can't be sent now is dropped.
  virtual void put(std::string_view topic, std::string_view instance_id, std::string_view text) = 0;

  /// The notes of all instances, dead ones too; nothing where the bus is away.
  virtual Task<std::optional<std::vector<Note>>> read(std::string topic) = 0;
};

}  // namespace parley
