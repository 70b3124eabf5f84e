#include "repositories/mongodb/key_places.h"

#include "core/error.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

std::string key_of(std::string_view stream, std::string_view user_id, std::string_view key) {
  return std::string(stream).append("/").append(user_id).append("/").append(key);
}

std::string note_id(const std::string& key, std::size_t number) {
  return key + "/" + std::to_string(number);
}

}  // namespace

void KeyPlaces::note(std::span<const Document> entries) {
  if (!database_.finds_by_one_id_only()) return;
  auto notes = not_noted_of_late(entries);
  try {
    while (!notes.empty()) notes = insert(notes);
  } catch (const OutcomeUnknown& e) {
    throw StoreUnavailable(e.what());  // no entry was written
  }
}

std::vector<KeyPlaces::Note> KeyPlaces::not_noted_of_late(std::span<const Document> entries) {
  std::vector<Note> notes;
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries) {
    Note note{key_of(entry.text("stream"), entry.text("user_id"), entry.text("key")), entry.count("seq")};
    const auto it = last_.find(note.key);
    if (it != last_.end()) {
      if (it->second.stands_for(note.seq)) continue;
      note.number = it->second.number + 1;
    }
    notes.push_back(std::move(note));
  }
  return notes;
}

/// Those whose number another note has, by an earlier try or another instance, and that it does not stand for: with
/// their next number.
std::vector<KeyPlaces::Note> KeyPlaces::insert(const std::vector<Note>& notes) {
  std::vector<Document> documents;
  documents.reserve(notes.size());
  for (const auto& note : notes) documents.push_back(by_id(note_id(note.key, note.number)).set("seq", note.seq));
  const bool all = !database_.insert(kKeyPlaces, documents, Database::Order::any).refused;
  std::vector<Note> again;
  for (const auto& note : notes) {
    auto there = note;
    if (!all) {
      const auto found = database_.find_by_id(kKeyPlaces, note_id(note.key, note.number));
      there.seq = found ? found->count("seq") : 0;
    }
    if (there.stands_for(note.seq)) {
      remember(there);
    } else {
      again.push_back({note.key, note.seq, note.number + 1});
    }
  }
  return again;
}

void KeyPlaces::remember(const Note& note) {
  const std::lock_guard lock(mutex_);
  if (last_.size() >= kRemembered) last_.clear();
  last_[note.key] = note;
}

std::optional<std::uint64_t> KeyPlaces::find(std::string_view stream, std::string_view user_id, std::string_view key,
                                             std::size_t number) {
  const auto noted = database_.find_by_id(kKeyPlaces, note_id(key_of(stream, user_id, key), number));
  return noted ? std::optional(noted->count("seq")) : std::nullopt;
}

}  // namespace parley::mongodb
