#include "services/profile_hints.h"

#include "core/json_text.h"

namespace parley {

Task<> ProfileHints::send(std::string user_id) {
  auto look = [this, user_id] { return rooms_.room_ids_of(user_id); };
  const auto room_ids = co_await store_pool_.run(std::move(look));
  std::string json;
  JsonObjectWriter(json).member("type", std::string_view("profile")).member("user_id", user_id).close();
  for (const auto& room_id : room_ids) bus_.broadcast(room_stream(room_id), json);
}

}  // namespace parley
