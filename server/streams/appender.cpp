#include "streams/appender.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <random>

#include "core/log.h"

namespace parley {
namespace {

constexpr std::size_t kMaxBatchEntries = 512;
constexpr std::size_t kMaxBatchBytes = 256 * 1024;  // given to a subscriber at once, who may hold four times as much
constexpr std::size_t kMaxBatchEntriesOfStream = 128;
constexpr auto kLookAgain = std::chrono::seconds(1);
// A store that was given up on may execute what it was asked for when it comes to it.
constexpr auto kMayStillCome = std::chrono::seconds(15);

void finish(PendingAppend& pending, Result<Appended> result) {
  if (!pending.done) return;  // its deadline came first
  auto done = std::exchange(pending.done, nullptr);
  done(std::move(result));
}

Entry entry_of(const Proposal& proposal) {
  Entry entry;
  entry.stream = proposal.stream;
  entry.kind = proposal.kind;
  entry.user_id = proposal.user_id;
  entry.username = proposal.username;
  entry.key = proposal.key;
  entry.target = proposal.target;
  entry.body = proposal.body;
  return entry;
}

bool same_key(const Proposal& a, const Proposal& b) {
  return a.key == b.key && a.user_id == b.user_id && a.stream == b.stream;
}

}  // namespace

Appender::Appender(EventLoop& loop, Store store, StreamStates& states, EntrySink& sink, const Clock& clock,
                   Observer observer)
    : loop_(loop),
      store_(store),
      states_(states),
      sink_(sink),
      clock_(clock),
      observer_(std::move(observer)),
      turns_([generator = std::minstd_rand(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<>(0, 1)(generator);
      }),
      deadline_timer_(loop.context()) {
  watch_deadlines();
}

Appender::~Appender() = default;

void Appender::submit(Proposal proposal, AppendDone done) {
  if (draining_) return answer_later(std::move(done), parley::refuse(Code::shutting_down));
  if (queued() >= kMaxQueued)
    return answer_later(std::move(done), Error{Code::busy, "Too much waits for the store.", {}, 1});
  queue_.push({std::move(proposal), std::move(done), clock_.steady_now() + kDeadline});
  schedule_pump();
}

Task<Result<Appended>> Appender::append(Proposal proposal) {
  std::optional<Result<Appended>> result;
  std::function<void(std::function<void()>)> start = [&](std::function<void()> resume) {
    submit(std::move(proposal), [resume, &result](Result<Appended> r) {
      result.emplace(std::move(r));
      resume();
    });
  };
  co_await wait_for_callback(std::move(start));
  co_return std::move(*result);
}

void Appender::answer_later(AppendDone done, Error error) {
  asio::post(loop_.context(), [done = std::move(done), error = std::move(error)] { done(error); });
}

void Appender::schedule_pump() {
  if (pump_due_ || in_flight_.size() >= store_.batches) return;
  pump_due_ = true;
  // Behind what else is ready in this turn, so that what arrived together is committed together.
  asio::post(loop_.context(), [this] {
    pump_due_ = false;
    pump();
  });
}

void Appender::pump() {
  while (in_flight_.size() < store_.batches) {
    auto batch = std::make_shared<Batch>();
    while (batch->entries.size() < kMaxBatchEntries && batch->bytes < kMaxBatchBytes) {
      const auto stream = queue_.hold_next();
      if (!stream) break;
      const auto state = states_.cached(*stream);
      if (!state) {
        load_then_release(*stream);
        continue;
      }
      const auto before = batch->entries.size();
      take_from(*stream, *state, *batch);
      if (batch->entries.size() == before) {
        queue_.release(*stream);
      } else {
        batch->streams.push_back(*stream);
      }
    }
    if (batch->entries.empty()) return;
    commit(std::move(batch));
  }
}

void Appender::take_from(const std::string& stream, const StreamState& state, Batch& batch) {
  auto head = state.head();
  const auto first = batch.pending.size();
  while (auto* next = queue_.front(stream)) {
    const auto taken = batch.pending.size() - first;
    if (taken >= kMaxBatchEntriesOfStream || batch.bytes >= kMaxBatchBytes) return;
    for (auto i = first; i < batch.pending.size(); ++i) {
      // The same key twice: the second is answered from the store once the first is in it.
      if (same_key(batch.pending[i].proposal, next->proposal)) return;
    }
    auto verdict = next->proposal.check ? next->proposal.check(state) : Result<Verdict>(Verdict::append);
    auto pending = queue_.pop_front(stream);
    if (!verdict) {
      refuse(std::move(pending), verdict.error());
    } else if (*verdict == Verdict::nothing) {
      finish(pending, Appended{Appended::Outcome::nothing, {}});
    } else {
      auto entry = entry_of(pending.proposal);
      continue_from(head, clock_.now(), entry);
      head = head_of(entry);
      batch.bytes += entry.body.size() + 200;
      // What comes after a change of state is checked against the changed state, in the next batch.
      const bool last = changes_state(entry.kind);
      batch.entries.push_back(std::move(entry));
      batch.pending.push_back(std::move(pending));
      if (last) return;
    }
  }
}

void Appender::commit(std::shared_ptr<Batch> batch) {
  in_flight_.push_back(batch);
  in_flight_entries_ += batch->entries.size();
  spawn_logged(loop_.executor(), "append", [this, batch] { return commit_batch(batch); });
}

Task<> Appender::commit_batch(std::shared_ptr<Batch> batch) {
  const auto start = std::chrono::steady_clock::now();
  std::optional<std::vector<AppendOutcome>> outcomes;
  std::optional<Error> error;
  try {
    auto work = [this, batch] { return store_.streams.append(batch->entries); };
    outcomes = co_await store_.writer.run(std::move(work));
  } catch (...) {
    error = error_from_current_exception();
  }
  if (observer_.on_batch) observer_.on_batch(batch->entries.size(), std::chrono::steady_clock::now() - start);
  if (outcomes) {
    settle(*batch, *outcomes);
  } else {
    fail(*batch, *error);
    if (error->code == Code::outcome_unknown) {
      spawn_logged(loop_.executor(), "recover a batch", [this, batch] { return recover(batch); });
    }
  }
  std::erase(in_flight_, batch);
  in_flight_entries_ -= batch->entries.size();
  release(*batch, outcomes ? &*outcomes : nullptr, start);
}

void Appender::settle(Batch& batch, const std::vector<AppendOutcome>& outcomes) {
  using Status = AppendOutcome::Status;
  std::unordered_map<std::string, std::vector<PendingAppend>> again;
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    const auto status = outcomes[i].status;
    if (status == Status::committed || status == Status::key_taken) {
      settle_one(batch.pending[i], batch.entries[i], outcomes[i]);
      continue;
    }
    if (status == Status::seq_taken) {
      states_.expect(batch.entries[i].stream, batch.entries[i].seq);
      turns_.lost(batch.entries[i].stream, std::chrono::steady_clock::now());
    }
    again[batch.entries[i].stream].push_back(std::move(batch.pending[i]));
  }
  for (auto& [stream, pending] : again) try_again(stream, std::move(pending));
}

/// Where one has been answered by its deadline already, what was sent behind it must not overtake its retry.
void Appender::try_again(const std::string& stream, std::vector<PendingAppend> pending) {
  const auto first = std::ranges::find_if(pending, [](const auto& one) { return !one.done; });
  const bool cut = first != pending.end();
  for (auto it = first; it != pending.end(); ++it) finish(*it, parley::refuse(Code::outcome_unknown));
  pending.erase(first, pending.end());
  if (cut) {
    for (auto& behind : queue_.take_all(stream)) finish(behind, parley::refuse(Code::outcome_unknown));
  }
  queue_.push_front(stream, std::move(pending));
}

void Appender::settle_one(PendingAppend& pending, Entry& entry, const AppendOutcome& outcome) {
  if (outcome.status == AppendOutcome::Status::committed) {
    states_.apply(entry);
    if (observer_.on_appended) observer_.on_appended(entry, clock_.steady_now() - (pending.deadline - kDeadline));
    finish(pending, Appended{Appended::Outcome::appended, entry});
    sink_.on_committed(entry);
    return;
  }
  const auto state = states_.cached(entry.stream);
  const bool news = !state || outcome.existing->seq > state->head().seq;
  if (news) states_.forget(entry.stream);
  finish(pending, Appended{Appended::Outcome::known, *outcome.existing});
  // It was committed without anybody being told: by an append whose outcome was not known.
  if (news) sink_.on_committed(*outcome.existing);
}

void Appender::release(const Batch& batch, const std::vector<AppendOutcome>* outcomes,
                       std::chrono::steady_clock::time_point began) {
  std::unordered_map<std::string, Turns::Commit> commits;
  for (std::size_t i = 0; outcomes && i < batch.entries.size(); ++i) {
    if ((*outcomes)[i].status != AppendOutcome::Status::committed) continue;
    const auto& entry = batch.entries[i];
    auto& commit = commits[entry.stream];
    if (commit.first == 0) commit.first = entry.seq;
    commit.last = entry.seq;
  }
  for (const auto& stream : batch.streams) {
    const auto it = commits.find(stream);
    const bool rests = it != commits.end() && store_.writers == Writers::several_instances && !draining_;
    if (!rests) {
      queue_.release(stream);
      continue;
    }
    it->second.began = began;
    it->second.ended = std::chrono::steady_clock::now();
    release_after(stream, turns_.rest_after(stream, it->second));
  }
  schedule_pump();
}

void Appender::release_after(const std::string& stream, std::chrono::steady_clock::duration rest) {
  if (rest <= std::chrono::steady_clock::duration::zero()) return queue_.release(stream);
  spawn_logged(loop_.executor(), "leave a stream to others", [this, stream, rest] { return rest_of(stream, rest); });
}

Task<> Appender::rest_of(std::string stream, std::chrono::steady_clock::duration rest) {
  co_await sleep_for(rest);
  queue_.release(stream);
  schedule_pump();
}

void Appender::fail(Batch& batch, const Error& error) {
  for (auto& pending : batch.pending) finish(pending, error);
  for (const auto& stream : batch.streams) {
    // What is in the store is not known for certain any more: the next use reads it.
    states_.forget(stream);
    for (auto& pending : queue_.take_all(stream)) finish(pending, error);
  }
}

Task<> Appender::recover(std::shared_ptr<Batch> batch) {
  const auto until = clock_.steady_now() + kMayStillCome;
  const auto missing = std::make_shared<std::vector<Entry>>(batch->entries);
  while (!draining_) {
    bool failed = false;
    try {
      auto look = [this, missing] { return take_committed(*missing); };
      const auto committed = co_await store_.writer.run(std::move(look));
      for (const auto& entry : committed) sink_.on_committed(entry);
    } catch (const std::exception& e) {
      log::warn("an unknown outcome waits for the store", {{"reason", e.what()}});
      failed = true;
    }
    if (!failed && (missing->empty() || clock_.steady_now() >= until)) co_return;
    co_await sleep_for(kLookAgain);
  }
}

std::vector<Entry> Appender::take_committed(std::vector<Entry>& missing) {
  std::vector<Entry> committed;
  std::vector<Entry> still;
  for (auto first = missing.begin(); first != missing.end();) {
    const auto last = std::find_if(first, missing.end(), [&](const Entry& e) { return e.stream != first->stream; });
    auto found = store_.streams.range(first->stream, first->seq, std::prev(last)->seq);
    for (; first != last; ++first) {
      const auto there = std::ranges::find(found, first->seq, &Entry::seq);
      if (there == found.end()) {
        still.push_back(*first);
      } else if (there->key == first->key && there->user_id == first->user_id) {
        committed.push_back(std::move(*there));
      }
    }
  }
  missing = std::move(still);
  return committed;
}

void Appender::load_then_release(const std::string& stream) {
  spawn_logged(loop_.executor(), "load stream", [this, stream] { return load(stream); });
}

Task<> Appender::load(std::string stream) {
  std::optional<Error> error;
  try {
    co_await states_.any(stream);
  } catch (...) {
    error = error_from_current_exception();
  }
  if (error) {
    for (auto& pending : queue_.take_all(stream)) finish(pending, *error);
  }
  queue_.release(stream);
  schedule_pump();
}

void Appender::refuse(PendingAppend pending, const Error& error) {
  // Who sent this and was removed since still learns that it is in the log: their retry must end.
  if (pending.proposal.key.starts_with('~') || pending.proposal.kind != kind::message) return finish(pending, error);
  auto shared = std::make_shared<PendingAppend>(std::move(pending));
  spawn_logged(loop_.executor(), "answer by key", [this, shared, error] { return answer_by_key(shared, error); });
}

Task<> Appender::answer_by_key(std::shared_ptr<PendingAppend> pending, Error error) {
  Result<Appended> answer = error;
  try {
    auto look = [this, pending] {
      const auto& p = pending->proposal;
      return store_.streams.find_by_key(p.stream, p.user_id, p.key);
    };
    auto known = co_await store_.writer.run(std::move(look));
    if (known) answer = Appended{Appended::Outcome::known_to_stranger, std::move(*known)};
  } catch (...) {
    answer = error_from_current_exception();
  }
  finish(*pending, std::move(answer));
}

void Appender::watch_deadlines() {
  deadline_timer_.expires_after(std::chrono::milliseconds(500));
  deadline_timer_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    expire();
    watch_deadlines();
  });
}

void Appender::expire() {
  const auto now = clock_.steady_now();
  for (auto& pending : queue_.take_expired(now)) finish(pending, parley::refuse(Code::outcome_unknown));
  for (const auto& batch : in_flight_) {
    for (auto& pending : batch->pending) {
      if (pending.deadline <= now) finish(pending, parley::refuse(Code::outcome_unknown));
    }
  }
}

Task<> Appender::drain() {
  draining_ = true;
  while (queued() > 0) co_await sleep_for(std::chrono::milliseconds(5));
  deadline_timer_.cancel();
}

}  // namespace parley
