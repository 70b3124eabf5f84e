#include "services/presence_service.h"

#include <algorithm>

#include "core/ids.h"
#include "core/json_text.h"
#include "services/room_access.h"

namespace parley {

PresenceService::PresenceService(EventLoop& loop, StreamStates& states, Broadcast broadcast)
    : states_(states), broadcast_(std::move(broadcast)), timer_(loop.context()) {}

void PresenceService::on_subscribed(const std::string& stream, const Subscriber& subscriber) {
  if (!is_room_stream(stream)) return;
  auto& presence = rooms_[stream][subscriber.user_id()];
  presence.username = subscriber.username();
  if (++presence.connections == 1) changed(stream, subscriber.user_id());
}

void PresenceService::on_unsubscribed(const std::string& stream, const Subscriber& subscriber) {
  const auto room = rooms_.find(stream);
  if (room == rooms_.end()) return;
  const auto user = room->second.find(subscriber.user_id());
  if (user != room->second.end() && --user->second.connections == 0) changed(stream, subscriber.user_id());
}

void PresenceService::changed(const std::string& stream, const std::string& user_id) {
  const bool first = changed_.empty();
  changed_[stream].insert(user_id);
  if (!first) return;
  timer_.expires_after(kTick);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) announce();
  });
}

void PresenceService::announce() {
  for (const auto& [stream, user_ids] : std::exchange(changed_, {})) announce_room(stream, user_ids);
}

void PresenceService::announce_room(const std::string& stream, const std::set<std::string>& user_ids) {
  auto& room = rooms_[stream];
  std::vector<PresentUser> joined;
  std::vector<PresentUser> left;
  for (const auto& user_id : user_ids) {
    auto& presence = room[user_id];
    const bool here = presence.connections > 0;
    if (here != presence.announced) (here ? joined : left).push_back({user_id, presence.username});
    presence.announced = here;
    if (!here) room.erase(user_id);
  }
  if (room.empty()) rooms_.erase(stream);
  send(stream, "user_joined", joined);
  send(stream, "user_left", left);
}

void PresenceService::send(const std::string& stream, std::string_view type, const std::vector<PresentUser>& users) {
  for (std::size_t first = 0; first < users.size(); first += kUsersAnEvent) {
    const auto last = std::min(users.size(), first + kUsersAnEvent);
    std::string json;
    JsonObjectWriter writer(json);
    writer.member("type", type).member("room_id", stream_owner(stream));
    json += ",\"users\":[";
    for (auto i = first; i < last; ++i) {
      if (i > first) json += ',';
      JsonObjectWriter(json).member("user_id", users[i].user_id).member("username", users[i].username).close();
    }
    json += ']';
    writer.close();
    broadcast_(stream, json);
  }
}

Task<Result<std::vector<PresentUser>>> PresenceService::present(Identity asking, std::string room_id) {
  if (!is_id(room_id)) co_return refuse(Code::not_found, "There is no such room, or not for you.");
  const auto stream = room_stream(room_id);
  const auto state = co_await states_.current(stream);
  const auto member = membership(*state, asking.user_id);
  if (!member) co_return member.error();
  std::vector<PresentUser> users;
  if (const auto room = rooms_.find(stream); room != rooms_.end()) {
    for (const auto& [user_id, presence] : room->second) {
      if (presence.connections > 0) users.push_back({user_id, presence.username});
    }
  }
  co_return users;
}

}  // namespace parley
