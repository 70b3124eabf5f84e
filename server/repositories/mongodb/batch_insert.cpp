#include "repositories/mongodb/batch_insert.h"

#include "core/error.h"
#include "repositories/mongodb/entry_documents.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {

void Contention::note(const std::string& stream) {
  const std::lock_guard lock(mutex_);
  if (until_.size() >= kMost) until_.clear();  // only an order is lost
  until_[stream] = std::chrono::steady_clock::now() + kLately;
}

bool Contention::has(const std::string& stream) {
  const std::lock_guard lock(mutex_);
  const auto it = until_.find(stream);
  if (it == until_.end()) return false;
  if (it->second > std::chrono::steady_clock::now()) return true;
  until_.erase(it);
  return false;
}

BatchInsert::BatchInsert(Database& database, EntryLog& log, Contention& contention, std::span<const Entry> batch)
    : database_(database), log_(log), contention_(contention), batch_(batch), outcomes_(batch.size()) {
  documents_.reserve(batch.size());
  for (const auto& entry : batch) documents_.push_back(to_document(entry));
  todo_.reserve(batch.size());
  std::vector<std::size_t> last;
  std::unordered_map<std::string_view, bool> contended;  // once a stream: its entries stay in order
  for (std::size_t place = 0; place < batch.size(); ++place) {
    const auto& stream = batch[place].stream;
    const auto [it, is_new] = contended.try_emplace(stream, false);
    if (is_new) it->second = contention_.has(stream);
    (it->second ? last : todo_).push_back(place);
  }
  todo_.insert(todo_.end(), last.begin(), last.end());
}

std::vector<AppendOutcome> BatchInsert::run() {
  try {
    while (!todo_.empty()) insert_some();
  } catch (const StoreUnavailable& e) {
    if (!written_) throw;
    throw OutcomeUnknown(e.what());  // of a part, which the batch can't say
  }
  return std::move(outcomes_);
}

/// How many of what is to do make one command.
std::size_t BatchInsert::chunk() {
  std::size_t bytes = 0;
  std::size_t taken = 0;
  while (taken < todo_.size() && taken < Database::kMaxDocuments) {
    bytes += documents_[todo_[taken]].bytes();
    if (taken > 0 && bytes > kMostBytes) break;
    ++taken;
  }
  return taken;
}

void BatchInsert::insert_some() {
  const auto size = chunk();
  std::vector<Document> documents;
  documents.reserve(size);
  for (std::size_t i = 0; i < size; ++i) documents.push_back(documents_[todo_[i]]);
  log_.announce(documents);
  const auto result = database_.insert(kMessages, documents, Database::Order::first_refusal_ends);
  const auto done = result.refused.value_or(size);
  if (result.count != static_cast<std::int64_t>(done)) {
    throw OutcomeUnknown("MongoDB says that it inserted " + std::to_string(result.count) + " of " +
                         std::to_string(done) + " documents");
  }
  const std::vector<std::size_t> places(todo_.begin(), todo_.begin() + static_cast<std::ptrdiff_t>(done));
  todo_.erase(todo_.begin(), todo_.begin() + static_cast<std::ptrdiff_t>(done));
  for (const auto place : places) committed(place);
  if (result.refused) refused(todo_.front());
}

void BatchInsert::committed(std::size_t place) {
  written_ = true;
  outcomes_[place].status = AppendOutcome::Status::committed;
  log_.remember(batch_[place].stream, batch_[place].seq);
}

void BatchInsert::refused(std::size_t place) {
  const auto& entry = batch_[place];
  auto outcome = explain(entry);
  if (outcome.status == AppendOutcome::Status::committed) {
    // What refused it is not there any more, or not yet for a majority: the insert tells, again.
    if (++unexplained_ >= kTries) throw OutcomeUnknown("MongoDB refuses an entry for a key that nothing has");
    return;
  }
  if (outcome.status == AppendOutcome::Status::seq_taken) contention_.note(entry.stream);
  outcomes_[place] = std::move(outcome);
  todo_.erase(todo_.begin());
  skip(entry.stream);
}

/// By what has its place, then by its key. Where another entry has the place, its key need not be looked for: who tries
/// again at a free one learns of it then.
AppendOutcome BatchInsert::explain(const Entry& entry) {
  using Status = AppendOutcome::Status;
  if (auto there = log_.at(entry.stream, entry.seq)) {
    log_.remember(there->stream, there->seq);
    const bool same = there->user_id == entry.user_id && there->key == entry.key;
    return same ? AppendOutcome{Status::key_taken, std::move(there)} : AppendOutcome{Status::seq_taken, {}};
  }
  if (auto known = log_.by_key(entry.stream, entry.user_id, entry.key)) return {Status::key_taken, std::move(known)};
  return {Status::committed, {}};
}

void BatchInsert::skip(const std::string& stream) {
  std::erase_if(todo_, [&](std::size_t place) {
    if (batch_[place].stream != stream) return false;
    outcomes_[place].status = AppendOutcome::Status::skipped;
    return true;
  });
}

}  // namespace parley::mongodb
