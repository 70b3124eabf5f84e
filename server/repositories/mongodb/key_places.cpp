#include "repositories/mongodb/key_places.h"

#include <vector>

#include "core/error.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

std::string place_id(std::string_view stream, std::string_view user_id, std::string_view key) {
  return std::string(stream).append("/").append(user_id).append("/").append(key);
}

}  // namespace

void KeyPlaces::note(std::span<const Document> entries) {
  if (!database_.finds_by_one_id_only()) return;
  std::vector<Document> notes;
  std::vector<std::string> ids;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : entries) {
      auto id = place_id(entry.text("stream"), entry.text("user_id"), entry.text("key"));
      if (noted_.contains(id)) continue;
      notes.push_back(by_id(id).set("seq", entry.count("seq")));
      ids.push_back(std::move(id));
    }
  }
  if (notes.empty()) return;
  try {
    database_.insert(kKeyPlaces, notes, Database::Order::any);  // a refused one stands from an earlier try
  } catch (const OutcomeUnknown& e) {
    throw StoreUnavailable(e.what());  // no entry was written
  }
  const std::lock_guard lock(mutex_);
  if (noted_.size() >= kRemembered) noted_.clear();
  for (auto& id : ids) noted_.insert(std::move(id));
}

std::optional<std::uint64_t> KeyPlaces::find(std::string_view stream, std::string_view user_id, std::string_view key) {
  const auto noted = database_.find_by_id(kKeyPlaces, place_id(stream, user_id, key));
  return noted ? std::optional(noted->count("seq")) : std::nullopt;
}

}  // namespace parley::mongodb
