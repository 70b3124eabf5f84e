#include "services/presence_service.h"

#include <algorithm>
#include <utility>

#include "core/ids.h"
#include "core/json_text.h"
#include "services/room_access.h"

namespace parley {
namespace {

constexpr auto kTidy = std::chrono::seconds(3);

}  // namespace

PresenceService::PresenceService(EventLoop& loop, StreamStates& states, const Clock& clock, Broadcast broadcast,
                                 Sharing sharing)
    : loop_(loop),
      states_(states),
      clock_(clock),
      broadcast_(std::move(broadcast)),
      sharing_(std::move(sharing)),
      timer_(loop.context()),
      tidy_(loop, kTidy, "presence", [this] { return tidy(); }) {}

void PresenceService::on_subscribed(const std::string& stream, const Subscriber& subscriber) {
  if (!is_room_stream(stream)) return;
  auto& room = rooms_[stream];
  const bool is_new = room.presence.add(subscriber.user_id(), subscriber.username());
  if (is_new) changed(stream, {.here = true, .elsewhere = !room.read});
}

void PresenceService::on_unsubscribed(const std::string& stream, const Subscriber& subscriber) {
  const auto it = rooms_.find(stream);
  if (it != rooms_.end() && it->second.presence.remove(subscriber.user_id())) changed(stream, {.here = true});
}

void PresenceService::changed_elsewhere(const std::string& stream) {
  if (rooms_.contains(stream)) changed(stream, {.elsewhere = true});
}

void PresenceService::changed(const std::string& stream, Change what) {
  auto& change = changed_[stream];
  change.here = change.here || what.here;
  change.elsewhere = change.elsewhere || what.elsewhere;
  arm();
}

void PresenceService::arm() {
  if (armed_) return;
  armed_ = true;
  timer_.expires_after(kTick);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

void PresenceService::changed_everywhere(Change what) {
  for (const auto& [stream, room] : rooms_) changed(stream, what);
}

void PresenceService::tick() {
  armed_ = false;
  for (std::size_t i = 0; i < kRoomsATick && !changed_.empty(); ++i) {
    const auto next = changed_.extract(changed_.begin());
    take_up(next.key(), next.mapped());
  }
  if (!changed_.empty()) arm();
}

void PresenceService::take_up(const std::string& stream, Change change) {
  const auto it = rooms_.find(stream);
  if (it == rooms_.end()) return;
  if (change.here) publish(stream, it->second);
  if (it->second.presence.nobody_here()) {
    rooms_.erase(it);
  } else if (change.elsewhere) {
    spawn_logged(loop_.executor(), "presence elsewhere", [this, stream] { return read(stream); });
  } else if (it->second.read) {
    tell(stream, it->second);
  }
}

void PresenceService::publish(const std::string& stream, const Room& room) {
  auto note = room.presence.note();
  // Where a missing note may be taken for a lost one it has to be said that nobody is here.
  if (note.empty() && may_be_lost()) note = "{}";
  sharing_.board.put(stream_owner(stream), sharing_.instance_id, note);
  sharing_.announce(stream);
}

Task<> PresenceService::read(std::string stream) {
  const auto notes = co_await notes_of(stream);
  const auto it = rooms_.find(stream);
  if (it == rooms_.end()) co_return;
  auto& room = it->second;
  if (notes) room.presence.set_elsewhere(*notes, sharing_.instance_id, may_be_lost());
  // Who was there before this instance looked for the first time has not just come.
  if (!room.read) room.presence.tell_silently();
  room.read = true;
  tell(stream, room);
}

/// Those that count; nothing where the bus is away.
Task<std::optional<std::vector<NoticeBoard::Note>>> PresenceService::notes_of(std::string stream) {
  const std::string topic(stream_owner(stream));
  auto notes = co_await sharing_.board.read(topic);
  if (!notes) co_return notes;
  std::erase_if(*notes, [&](const auto& note) {
    const bool out = !counts(note.instance_id);
    if (out) sharing_.board.put(topic, note.instance_id, {});
    return out;
  });
  co_return notes;
}

bool PresenceService::counts(const std::string& instance_id) {
  if (instance_id == sharing_.instance_id || sharing_.is_alive(instance_id)) return true;
  if (dead_.contains(instance_id)) return false;
  strangers_.try_emplace(instance_id, clock_.steady_now());
  return true;
}

void PresenceService::on_instance(const std::string& instance_id, bool alive) {
  strangers_.erase(instance_id);
  if (!alive) return forget(instance_id);
  // It may have been taken for dead, and its notes off the board, while it was only paused.
  dead_.erase(instance_id);
  changed_everywhere({.here = true, .elsewhere = true});
}

void PresenceService::forget(const std::string& instance_id) {
  dead_.insert(instance_id);
  for (auto& [stream, room] : rooms_) {
    if (room.presence.forget_instance(instance_id)) changed(stream, {});
  }
}

/// Whether what is not on the board may have been there before the bus was lost.
bool PresenceService::may_be_lost() {
  const auto before = std::exchange(links_, sharing_.links());
  if (before && before != links_) {
    lost_until_ = clock_.steady_now() + kLostStands;
    lost_ = true;
  }
  return clock_.steady_now() < lost_until_;
}

void PresenceService::on_bus_recovered() {
  changed_everywhere({.here = true, .elsewhere = true});
}

Task<> PresenceService::tidy() {
  const auto now = clock_.steady_now();
  std::vector<std::string> gone;
  for (const auto& [id, since] : strangers_) {
    if (now - since >= kStranger) gone.push_back(id);
  }
  for (const auto& id : gone) {
    strangers_.erase(id);
    if (!sharing_.is_alive(id)) forget(id);
  }
  if (!may_be_lost() && lost_) {
    lost_ = false;
    changed_everywhere({.elsewhere = true});
  }
  co_return;
}

void PresenceService::stop() {
  timer_.cancel();
  tidy_.stop();
}

void PresenceService::tell(const std::string& stream, Room& room) {
  const auto changes = room.presence.take_changes();
  send(stream, "user_joined", changes.joined);
  send(stream, "user_left", changes.left);
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
  const auto notes = co_await notes_of(stream);
  // Looked at as of now, without a word to those who are told by the tick.
  RoomPresence presence;
  if (const auto room = rooms_.find(stream); room != rooms_.end()) presence = room->second.presence;
  if (notes) presence.set_elsewhere(*notes, sharing_.instance_id, may_be_lost());
  std::vector<PresentUser> users;
  for (auto& [user_id, username] : presence.everybody()) users.push_back({user_id, username});
  co_return users;
}

}  // namespace parley
