#include "repositories/mongodb/entry_log.h"

#include <algorithm>
#include <numeric>

#include "repositories/mongodb/entry_documents.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

std::vector<Entry> entries_of(const std::vector<Document>& documents) {
  std::vector<Entry> entries;
  entries.reserve(documents.size());
  for (const auto& document : documents) entries.push_back(to_entry(document));
  return entries;
}

Document ids_between(const std::string& first, const std::string& last) {
  return Document().set("_id", Document().set("$gte", first).set("$lte", last));
}

}  // namespace

void EntryLog::remember(const std::string& stream, std::uint64_t seq) {
  const std::lock_guard lock(mutex_);
  if (last_seen_.size() >= kRemembered) last_seen_.clear();  // they are soon found again
  auto& last = last_seen_[stream];
  last = std::max(last, seq);
}

std::uint64_t EntryLog::remembered(const std::string& stream) {
  const std::lock_guard lock(mutex_);
  const auto it = last_seen_.find(stream);
  return it == last_seen_.end() ? 0 : it->second;
}

Head EntryLog::head(const std::string& stream) {
  const auto head = database_.finds_by_one_id_only() ? climb(stream) : newest(stream);
  if (head.seq > 0) remember(stream, head.seq);
  return head;
}

Head EntryLog::newest(const std::string& stream) {
  Query query;
  query.filter =
      Document().set("_id", Document().set("$gt", stream + "/").set("$lt", stream + "0"));  // '0' follows '/'
  query.sort = Document().set_int32("_id", -1);
  query.limit = 1;
  const auto found = database_.find(kMessages, query);
  return found.empty() ? Head{} : head_of(to_entry(found.front()));
}

/// By single ids: in growing steps up to a place where there is nothing, then by halving.
Head EntryLog::climb(const std::string& stream) {
  auto highest = starting_point(stream);
  std::uint64_t reached = highest ? highest->seq : 0;
  std::uint64_t missing = 0;
  for (std::uint64_t step = 1; missing == 0; step *= 2) {
    if (auto entry = at(stream, reached + step)) {
      reached += step;
      highest = std::move(entry);
    } else {
      missing = reached + step;
    }
  }
  return highest ? head_of(border(stream, std::move(*highest), missing)) : Head{};
}

Entry EntryLog::border(const std::string& stream, Entry there, std::uint64_t missing) {
  while (std::max(there.seq, missing) - std::min(there.seq, missing) > 1) {
    const auto middle = std::midpoint(there.seq, missing);
    if (auto entry = at(stream, middle)) {
      there = std::move(*entry);
    } else {
      missing = middle;
    }
  }
  return there;
}

/// Where the newest entry was last seen; else, because a deleted room's log has only its end, where the room's
/// projection stands.
std::optional<Entry> EntryLog::starting_point(const std::string& stream) {
  if (const auto seq = remembered(stream)) {
    if (auto entry = at(stream, seq)) return entry;
  }
  if (!is_room_stream(stream)) return std::nullopt;
  const auto room = database_.find_by_id(kRooms, stream_owner(stream));
  return room ? at(stream, room->count("applied")) : std::nullopt;
}

std::vector<Head> EntryLog::heads(std::span<const std::string> streams) {
  // Most have not moved since: the newest that is known is there, and the next is not.
  std::vector<EntryPlace> places;
  for (const auto& stream : streams) {
    const auto seq = remembered(stream);
    if (seq == 0) continue;
    places.push_back({stream, seq});
    places.push_back({stream, seq + 1});
  }
  std::unordered_map<std::string, std::vector<Entry>> found;
  for (auto& entry : find_all(places)) {
    auto& of_stream = found[entry.stream];
    of_stream.push_back(std::move(entry));
  }
  std::vector<Head> heads;
  heads.reserve(streams.size());
  for (const auto& stream : streams) {
    const auto& here = found[stream];
    const bool unmoved = here.size() == 1 && here.front().seq == remembered(stream);
    heads.push_back(unmoved ? head_of(here.front()) : head(stream));
  }
  return heads;
}

std::optional<Entry> EntryLog::at(std::string_view stream, std::uint64_t seq) {
  const auto document = database_.find_by_id(kMessages, entry_id(stream, seq));
  return document ? std::optional(to_entry(*document)) : std::nullopt;
}

std::vector<Entry> EntryLog::range(const std::string& stream, std::uint64_t first, std::uint64_t last) {
  if (last < first) return {};
  if (database_.finds_by_one_id_only()) return walk(stream, first, last);
  Query query;
  query.filter = ids_between(entry_id(stream, first), entry_id(stream, last));
  query.sort = Document().set_int32("_id", 1);
  return entries_of(database_.find(kMessages, query));
}

std::vector<Entry> EntryLog::walk(const std::string& stream, std::uint64_t first, std::uint64_t last) {
  std::vector<Entry> entries;
  auto newest = at(stream, last);
  // Not by the ids that aren't there yet: up to kMaxRange are asked for.
  if (!newest && first < last) last = std::min(last, head(stream).seq + 1);
  for (auto seq = first; seq < last; ++seq) {
    if (auto entry = at(stream, seq)) entries.push_back(std::move(*entry));
  }
  if (newest) entries.push_back(std::move(*newest));
  return entries;
}

std::vector<Entry> EntryLog::following(const std::string& stream, std::uint64_t seq, std::size_t limit) {
  std::vector<Entry> entries;
  if (database_.finds_by_one_id_only()) {
    while (entries.size() < limit) {
      auto entry = at(stream, seq + 1 + entries.size());
      if (!entry) break;
      entries.push_back(std::move(*entry));
    }
    return entries;
  }
  entries = range(stream, seq + 1, seq + limit);
  const auto gap = std::adjacent_find(entries.begin(), entries.end(),
                                      [](const Entry& a, const Entry& b) { return b.seq != a.seq + 1; });
  if (gap != entries.end()) entries.erase(gap + 1, entries.end());
  if (!entries.empty() && entries.front().seq != seq + 1) entries.clear();
  return entries;
}

std::vector<Entry> EntryLog::find_all(std::span<const EntryPlace> places) {
  std::vector<std::string> ids;
  ids.reserve(places.size());
  for (const auto& place : places) ids.push_back(entry_id(place.stream, place.seq));
  return entries_of(database_.find_by_ids(kMessages, ids));
}

std::optional<Entry> EntryLog::by_key(const std::string& stream, std::string_view user_id, std::string_view key) {
  if (database_.finds_by_one_id_only()) return by_places(stream, user_id, key);
  const auto found =
      database_.find_one(kMessages, Document().set("stream", stream).set("user_id", user_id).set("key", key));
  return found ? std::optional(to_entry(*found)) : std::nullopt;
}

std::optional<Entry> EntryLog::by_places(const std::string& stream, std::string_view user_id, std::string_view key) {
  for (std::size_t number = 0;; ++number) {
    const auto place = key_places_.find(stream, user_id, key, number);
    if (!place) return std::nullopt;
    bool begun = false;
    for (auto seq = *place; seq < *place + KeyPlaces::kWidth; ++seq) {
      auto entry = at(stream, seq);
      if (!entry && begun) break;  // the end of the log; before its beginning it is purged
      if (!entry) continue;
      if (entry->user_id == user_id && entry->key == key) return entry;
      begun = true;
    }
  }
}

}  // namespace parley::mongodb
