#include "support/room_world.h"

namespace parley::test {

RoomWorld::RoomWorld() {
  sweep_.start();
}

Identity RoomWorld::sign_up(const std::string& username) {
  const auto user = sample_user(username);
  if (store_.users().is_set_up()) {
    store_.users().create(user);
  } else {
    store_.users().create_first(user);
  }
  return {user.id, username};
}

RoomView RoomWorld::create(const Identity& owner, const std::string& name, Visibility visibility) {
  return try_create(owner, name, visibility).value();
}

Result<RoomView> RoomWorld::try_create(const Identity& owner, const std::string& name, Visibility visibility) {
  return run(rooms_.rooms.create(owner, {name, "about " + name, visibility}));
}

RoomView RoomWorld::make_team(Visibility visibility, const std::string& name) {
  const auto room = create(ada_, name, visibility);
  run(rooms_.members.add(ada_, room.room.id, grace_.user_id, Role::admin)).value();
  run(rooms_.members.add(ada_, room.room.id, linus_.user_id, Role::member)).value();
  return run(rooms_.rooms.get(ada_, room.room.id)).value();
}

Result<RoomView> RoomWorld::rename(const Identity& user, const RoomView& room, const std::string& name) {
  RoomService::Update update;
  update.name = name;
  return run(rooms_.rooms.update(user, room.room.id, std::move(update)));
}

void RoomWorld::meanwhile(const RoomView& room, std::string_view kind, std::string body) {
  const auto stream = room_stream(room.room.id);
  run(states_.any(stream));
  Entry entry;
  entry.stream = stream;
  entry.kind = std::string(kind);
  entry.user_id = ada_.user_id;
  entry.username = ada_.username;
  entry.key = "~elsewhere";
  entry.body = std::move(body);
  streams_.before_next_append([this, entry]() mutable {
    continue_from(store_.streams().head(entry.stream), clock_.now(), entry);
    append_elsewhere({entry});
  });
}

std::map<std::string, std::string> RoomWorld::roles(const std::string& room_id) {
  std::map<std::string, std::string> found;
  const auto snapshot = store_.rooms().load(room_id);
  if (!snapshot) return found;
  for (const auto& member : snapshot->members) found[member.username] = to_string(member.role);
  return found;
}

std::vector<std::string> RoomWorld::kinds(const std::string& stream) {
  std::vector<std::string> found;
  for (const auto& entry : store_.streams().range(stream, 1, StreamRepository::kMaxRange)) {
    found.push_back(entry.kind);
  }
  return found;
}

std::vector<std::string> RoomWorld::told(const Identity& user, std::size_t count) {
  const auto stream = user_stream(user.user_id);
  run_until([&] { return store_.streams().head(stream).seq >= count; });
  run_until([&] { return rooms_.settler.busy() == 0; });
  return kinds(stream);
}

}  // namespace parley::test
