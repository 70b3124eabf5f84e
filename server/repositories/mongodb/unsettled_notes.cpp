#include "repositories/mongodb/unsettled_notes.h"

#include <chrono>

#include "repositories/mongodb/entry_documents.h"
#include "repositories/mongodb/schema.h"
#include "repositories/projection.h"

namespace parley::mongodb {
namespace {

Timestamp now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Document note_of(const Entry& entry) {
  return by_id(unsettled_id(entry))
      .set("stream", entry.stream)
      .set("user_id", entry.user_id)
      .set("key", entry.key)
      .set("seq", entry.seq)
      .set("noted_at", now());
}

}  // namespace

bool UnsettledNotes::write(std::span<const Entry> batch) {
  std::vector<Document> notes;
  bool there_before = false;
  const auto flush = [&] {
    if (notes.empty()) return;
    if (database_.insert(kUnsettled, notes, Database::Order::any).refused) there_before = true;
    notes.clear();
  };
  for (const auto& entry : batch) {
    if (!projection_of(entry)) continue;
    notes.push_back(note_of(entry));
    if (notes.size() == Database::kMaxDocuments) flush();
  }
  flush();
  return there_before;
}

void UnsettledNotes::correct(const Entry& entry) {
  const auto seq = Document().set("seq", entry.seq);
  database_.update(kUnsettled, by_id(unsettled_id(entry)), Document().set("$set", seq));
}

std::vector<Entry> UnsettledNotes::entries(std::size_t limit) {
  Query all;
  all.limit = kMostAtOnce;
  return entries_of_notes(database_.find(kUnsettled, all), limit);
}

std::vector<Entry> UnsettledNotes::entries_of(std::string_view stream) {
  Query query;
  query.filter = Document().set("stream", stream);
  return entries_of_notes(database_.find(kUnsettled, query), kMostAtOnce);
}

std::vector<Entry> UnsettledNotes::entries_of_notes(const std::vector<Document>& notes, std::size_t limit) {
  std::vector<Entry> found;
  for (const auto& note : notes) {
    if (found.size() == limit) break;
    if (auto entry = entry_of(note)) {
      found.push_back(std::move(*entry));
    } else {
      drop_if_old(note);
    }
  }
  return found;
}

std::optional<Entry> UnsettledNotes::entry_of(const Document& note) {
  const auto stream = note.text("stream");
  const auto user_id = note.text("user_id");
  const auto key = note.text("key");
  auto entry = log_.at(stream, note.count("seq"));
  if (entry && entry->user_id == user_id && entry->key == key) return entry;
  return log_.by_key(stream, user_id, key);
}

void UnsettledNotes::drop_if_old(const Document& note) {
  if (now() - note.time("noted_at") < std::chrono::days(1)) return;
  database_.remove(kUnsettled, by_id(note.text("_id")));
}

void UnsettledNotes::remove(const Entry& entry) {
  database_.remove(kUnsettled, by_id(unsettled_id(entry)));
}

}  // namespace parley::mongodb
