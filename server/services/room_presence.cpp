#include "services/room_presence.h"

#include <boost/json.hpp>

#include "core/log.h"

namespace parley {
namespace {

namespace json = boost::json;

RoomPresence::Usernames read_note(const NoticeBoard::Note& note) {
  RoomPresence::Usernames users;
  try {
    const auto parsed = json::parse(note.text);
    for (const auto& item : parsed.as_object()) users.emplace(item.key(), item.value().as_string());
  } catch (const std::exception& e) {
    log::error("unreadable presence on the bus", {{"instance", note.instance_id}, {"reason", e.what()}});
  }
  return users;
}

/// Those of `a` who are not in `b`.
std::vector<PresentUser> difference(const RoomPresence::Usernames& a, const RoomPresence::Usernames& b) {
  std::vector<PresentUser> users;
  for (const auto& [user_id, username] : a) {
    if (!b.contains(user_id)) users.push_back({user_id, username});
  }
  return users;
}

}  // namespace

bool RoomPresence::add(const std::string& user_id, const std::string& username) {
  auto& here = here_[user_id];
  here.username = username;
  return ++here.connections == 1;
}

bool RoomPresence::remove(const std::string& user_id) {
  const auto it = here_.find(user_id);
  if (it == here_.end() || --it->second.connections > 0) return false;
  here_.erase(it);
  return true;
}

std::string RoomPresence::note() const {
  if (here_.empty()) return {};
  json::object users;
  for (const auto& [user_id, here] : here_) users.emplace(user_id, here.username);
  return json::serialize(users);
}

void RoomPresence::set_elsewhere(const std::vector<NoticeBoard::Note>& notes, const std::string& own_id,
                                 bool keep_lost) {
  std::map<std::string, Usernames> found;
  for (const auto& note : notes) {
    if (note.instance_id != own_id) found.emplace(note.instance_id, read_note(note));
  }
  if (keep_lost) found.merge(elsewhere_);
  elsewhere_ = std::move(found);
}

bool RoomPresence::forget_instance(const std::string& instance_id) {
  return elsewhere_.erase(instance_id) > 0;
}

RoomPresence::Usernames RoomPresence::everybody() const {
  Usernames users;
  for (const auto& [user_id, here] : here_) users.emplace(user_id, here.username);
  for (const auto& [instance_id, others] : elsewhere_) users.insert(others.begin(), others.end());
  return users;
}

void RoomPresence::tell_silently() {
  for (const auto& [user_id, username] : everybody()) {
    if (!here_.contains(user_id)) told_.emplace(user_id, username);
  }
}

RoomPresence::Changes RoomPresence::take_changes() {
  auto now = everybody();
  Changes changes{difference(now, told_), difference(told_, now)};
  told_ = std::move(now);
  return changes;
}

}  // namespace parley
