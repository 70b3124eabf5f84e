#include "services/room_lists.h"

#include <sodium.h>

#include "core/ids.h"
#include "core/text.h"
#include "core/utf8.h"

namespace parley {
namespace {

constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

/// The last room's id and name, as base64url. Not its folded name, which may be 18 times as long.
std::string write_cursor(const RoomPage& page) {
  if (!page.next) return {};
  const auto& last = page.items.back().room;
  const auto plain = last.id + last.name;
  std::string cursor(sodium_base64_ENCODED_LEN(plain.size(), kBase64), '\0');
  sodium_bin2base64(cursor.data(), cursor.size(), reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                    kBase64);
  cursor.pop_back();  // the terminating zero
  return cursor;
}

Result<RoomPlace> read_cursor(const std::string& cursor) {
  if (cursor.empty()) return RoomPlace{};
  std::string plain(cursor.size(), '\0');
  std::size_t size = 0;
  const bool decoded = sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), cursor.data(),
                                         cursor.size(), nullptr, &size, nullptr, kBase64) == 0;
  plain.resize(decoded ? size : 0);
  if (!utf8::valid(plain) || !is_id(std::string_view(plain).substr(0, kIdLength))) {
    return foreign_cursor();
  }
  return RoomPlace{fold_name(std::string_view(plain).substr(kIdLength)), plain.substr(0, kIdLength)};
}

}  // namespace

Task<Result<Page<RoomView>>> RoomLists::mine(Identity user, std::string query, std::string cursor, std::size_t limit) {
  const auto after = read_cursor(cursor);
  if (!after) co_return after.error();
  auto read = [&] { return context_.rooms.rooms_of(user.user_id, fold_name(query), *after, limit); };
  auto page = co_await context_.store_pool.run(std::move(read));
  co_return co_await with_heads(std::move(page));
}

Task<Result<Page<RoomView>>> RoomLists::all_public(Identity user, std::string query, std::string cursor,
                                                   std::size_t limit) {
  const auto after = read_cursor(cursor);
  if (!after) co_return after.error();
  auto read = [&] { return context_.rooms.public_rooms(user.user_id, fold_name(query), *after, limit); };
  auto page = co_await context_.store_pool.run(std::move(read));
  co_return co_await with_heads(std::move(page));
}

Task<Page<RoomView>> RoomLists::with_heads(RoomPage page) {
  std::vector<std::string> streams;
  streams.reserve(page.items.size());
  for (const auto& item : page.items) streams.push_back(room_stream(item.room.id));
  auto read = [&] { return context_.streams.heads(streams); };
  const auto heads = co_await context_.store_pool.run(std::move(read));
  Page<RoomView> views{{}, write_cursor(page)};
  views.items.reserve(heads.size());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    auto& item = page.items[i];
    views.items.push_back({std::move(item.room), item.role, heads[i].seq, heads[i].messages});
  }
  co_return views;
}

Task<Result<Page<RoomLists::Row>>> RoomLists::all(std::string cursor, std::size_t limit) {
  const auto after = read_cursor(cursor);
  if (!after) co_return after.error();
  auto read = [&] {
    auto page = context_.rooms.all_rooms(*after, limit);
    Page<Row> rows{{}, write_cursor(page)};
    for (auto& item : page.items) {
      const auto owner = context_.users.find(item.room.owner_id);
      auto name = owner ? owner->username : item.room.owner_id;
      rows.items.push_back({std::move(item.room), std::move(name)});
    }
    return rows;
  };
  co_return co_await context_.store_pool.run(std::move(read));
}

}  // namespace parley
