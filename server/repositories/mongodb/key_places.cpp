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
  auto notes = next_notes(entries);
  try {
    while (!notes.empty()) notes = insert(notes);
  } catch (const OutcomeUnknown& e) {
    throw StoreUnavailable(e.what());  // no entry was written
  }
}

std::vector<KeyPlaces::Note> KeyPlaces::next_notes(std::span<const Document> entries) {
  std::vector<Note> notes;
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries) {
    Note note{key_of(entry.text("stream"), entry.text("user_id"), entry.text("key")), entry.count("seq")};
    const auto it = last_notes_.find(note.key);
    if (it != last_notes_.end()) {
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
  const auto inserted = database_.insert(kKeyPlaces, documents, Database::Order::any).refused.value_or(notes.size());
  std::vector<Note> again;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    auto there = notes[i];
    if (i >= inserted) {
      const auto found = find(there.key, there.number);
      if (!found) throw StoreUnavailable("a note of a key's place is refused for one that is not there");
      there.seq = *found;
    }
    if (there.stands_for(notes[i].seq)) {
      remember(there);
    } else {
      again.push_back({there.key, notes[i].seq, there.number + 1});
    }
  }
  return again;
}

void KeyPlaces::remember(const Note& note) {
  const std::lock_guard lock(mutex_);
  if (last_notes_.size() >= kRemembered) last_notes_.clear();
  last_notes_[note.key] = note;
}

std::optional<std::uint64_t> KeyPlaces::find(std::string_view stream, std::string_view user_id, std::string_view key,
                                             std::size_t number) {
  return find(key_of(stream, user_id, key), number);
}

std::optional<std::uint64_t> KeyPlaces::find(const std::string& key, std::size_t number) {
  const auto noted = database_.find_by_id(kKeyPlaces, note_id(key, number));
  return noted ? std::optional(noted->count("seq")) : std::nullopt;
}

}  // namespace parley::mongodb
