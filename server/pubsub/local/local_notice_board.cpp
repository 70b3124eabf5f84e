#include "pubsub/local/local_notice_board.h"

namespace parley {

void LocalNoticeBoard::put(std::string_view topic, std::string_view instance_id, std::string_view text) {
  if (!text.empty()) {
    topics_[std::string(topic)][std::string(instance_id)] = text;
    return;
  }
  const auto notes = topics_.find(topic);
  if (notes == topics_.end()) return;
  if (const auto note = notes->second.find(instance_id); note != notes->second.end()) notes->second.erase(note);
  if (notes->second.empty()) topics_.erase(notes);
}

Task<std::optional<std::vector<NoticeBoard::Note>>> LocalNoticeBoard::read(std::string topic) {
  std::vector<Note> notes;
  if (const auto found = topics_.find(topic); found != topics_.end()) {
    for (const auto& [instance, text] : found->second) notes.push_back({instance, text});
  }
  co_return notes;
}

}  // namespace parley
