#include "repositories/mongodb/mongo_stream_repository.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "core/error.h"
#include "core/log.h"
#include "repositories/mongodb/entry_documents.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

/// An append that took this long leaves the rooms' documents to whoever settles its changes.
constexpr auto kPatience = std::chrono::seconds(2);

}  // namespace

Head MongoStreamRepository::head(std::string_view stream) {
  return log_.head(std::string(stream));
}

std::vector<Head> MongoStreamRepository::heads(std::span<const std::string> streams) {
  return log_.heads(streams);
}

std::vector<AppendOutcome> MongoStreamRepository::append(std::span<const Entry> batch) {
  const auto start = std::chrono::steady_clock::now();
  bool noted_before = false;
  try {
    noted_before = notes_.write(batch);
  } catch (const OutcomeUnknown& e) {
    throw StoreUnavailable(e.what());  // no entry was written
  }
  auto outcomes = BatchInsert(database_, log_, contention_, batch).run();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (outcomes[i].status != AppendOutcome::Status::committed || !projection_of(batch[i])) continue;
    if (std::chrono::steady_clock::now() - start > kPatience) break;
    try {
      projector_.project(batch[i]);
      if (noted_before) notes_.correct(batch[i]);
    } catch (const std::exception& e) {
      // The change is committed all the same; its note sees to the rest.
      log::warn("a room's documents lag behind its log", {{"stream", batch[i].stream}, {"reason", e.what()}});
    }
  }
  return outcomes;
}

std::vector<Entry> MongoStreamRepository::range(std::string_view stream, std::uint64_t first, std::uint64_t last) {
  return log_.range(std::string(stream), first, last);
}

std::vector<Entry> MongoStreamRepository::following(std::string_view stream, std::uint64_t seq, std::size_t limit) {
  return log_.following(std::string(stream), seq, limit);
}

std::vector<Entry> MongoStreamRepository::find_all(std::span<const EntryPlace> places) {
  return log_.find_all(places);
}

std::optional<Entry> MongoStreamRepository::find_by_key(std::string_view stream, std::string_view user_id,
                                                        std::string_view key) {
  return log_.by_key(std::string(stream), user_id, key);
}

std::vector<Entry> MongoStreamRepository::unsettled(std::size_t limit) {
  return with_current_rows(notes_.entries(limit));
}

std::vector<Entry> MongoStreamRepository::unsettled_of(std::string_view stream) {
  auto entries = with_current_rows(notes_.entries_of(stream));
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.seq < b.seq; });
  return entries;
}

/// Without those of rooms whose documents can't be brought up to date now.
std::vector<Entry> MongoStreamRepository::with_current_rows(std::vector<Entry> entries) {
  std::unordered_map<std::string, bool> current;
  for (const auto& entry : entries) {
    if (current.contains(entry.stream)) continue;
    try {
      projector_.bring_up_to_date(entry.stream);
      current[entry.stream] = true;
    } catch (const std::exception& e) {
      log::warn("a room's documents lag behind its log", {{"stream", entry.stream}, {"reason", e.what()}});
      current[entry.stream] = false;
    }
  }
  std::erase_if(entries, [&](const Entry& entry) { return !current[entry.stream]; });
  return entries;
}

void MongoStreamRepository::settle(const Entry& entry) {
  if (entry.kind == kind::room_deleted) {
    database_.remove_all(kMembers, Document().set("room_id", stream_owner(entry.stream)));
  }
  notes_.remove(entry);
}

std::size_t MongoStreamRepository::purge(std::string_view stream, std::uint64_t before_seq, std::size_t limit) {
  const std::string name(stream);
  // Afterwards nobody could walk back to a change that is not in the room's documents.
  if (is_room_stream(stream)) projector_.bring_up_to_date(name);
  if (database_.finds_by_one_id_only()) return purge_one_by_one(name, before_seq, limit);
  Query query;
  query.filter =
      Document().set("_id", Document().set("$gte", entry_id(name, 0)).set("$lt", entry_id(name, before_seq)));
  query.sort = Document().set_int32("_id", 1);
  query.limit = static_cast<std::int64_t>(limit);
  query.projection = Document().set_int32("_id", 1);
  const auto found = database_.find(kMessages, query);
  if (found.empty()) return 0;
  const auto ids = Document().set("$gte", found.front().text("_id")).set("$lte", found.back().text("_id"));
  database_.remove_all(kMessages, Document().set("_id", ids));
  return found.size();
}

/// What is left is the log's end.
std::size_t MongoStreamRepository::purge_one_by_one(const std::string& stream, std::uint64_t before_seq,
                                                    std::size_t limit) {
  auto newest = before_seq < 2 ? std::nullopt : log_.at(stream, before_seq - 1);
  if (!newest) return 0;
  const auto first = log_.border(stream, std::move(*newest), 0).seq;
  const auto end = std::min<std::uint64_t>(before_seq, first + limit);
  for (auto seq = first; seq < end; ++seq) database_.remove(kMessages, by_id(entry_id(stream, seq)));
  return end - first;
}

}  // namespace parley::mongodb
