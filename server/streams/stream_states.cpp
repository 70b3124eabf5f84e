#include "streams/stream_states.h"

#include <algorithm>

#include "core/error.h"

namespace parley {
namespace {

constexpr std::size_t kFirstLook = 4;  // entries: as a rule none has come
constexpr std::size_t kFurther = 8;    // times more at each further look

std::shared_ptr<StreamState> state_of_projection(const std::string& stream, const Head& head,
                                                 std::optional<RoomSnapshot>& snapshot) {
  if (!snapshot) {
    auto state = std::make_shared<StreamState>(stream);
    state->set_head(head);
    return state;
  }
  return std::make_shared<StreamState>(stream, head, std::move(snapshot->room), snapshot->members);
}

/// The state entries after `applied` up to `head`, ascending, found by following `membership` backwards.
std::vector<Entry> changes_after(const std::string& stream, std::uint64_t applied, const Head& head,
                                 StreamRepository& streams) {
  std::vector<Entry> changes;
  for (auto seq = head.membership; seq > applied;) {
    const auto first = seq > 1 ? seq - 1 : seq;
    auto entries = streams.range(stream, first, seq);
    if (entries.size() != seq - first + 1) {
      throw StoreUnavailable("an entry up to " + std::to_string(seq) + " of " + stream + " is missing");
    }
    const auto before = first == seq ? 0 : entries.front().membership;
    changes.push_back(std::move(entries.back()));
    seq = before;
  }
  std::reverse(changes.begin(), changes.end());
  return changes;
}

}  // namespace

std::shared_ptr<StreamState> load_state(const std::string& stream, StreamRepository& streams, RoomRepository& rooms) {
  if (!is_room_stream(stream)) {
    auto state = std::make_shared<StreamState>(stream);
    state->set_head(streams.head(stream));
    return state;
  }
  // The projection first: what is committed after it shows in the head, and is walked back to.
  auto snapshot = rooms.load(stream_owner(stream));
  const auto applied = snapshot ? snapshot->applied : 0;
  const auto head = streams.head(stream);
  auto state = state_of_projection(stream, head, snapshot);
  for (const auto& entry : changes_after(stream, applied, head, streams)) state->apply_change(entry);
  return state;
}

StreamStates::StreamStates(StreamRepository& streams, RoomRepository& rooms, WorkerPool& store, const Clock& clock,
                           Writers writers, std::size_t capacity)
    : streams_(streams), rooms_(rooms), store_(store), clock_(clock), writers_(writers), capacity_(capacity) {}

StreamStates::Slot* StreamStates::find(const std::string& stream) {
  const auto it = slots_.find(stream);
  if (it == slots_.end()) return nullptr;
  it->second.used = ++uses_;
  return &it->second;
}

std::shared_ptr<StreamState> StreamStates::cached(const std::string& stream) {
  const auto* slot = find(stream);
  return slot && usable(*slot) ? slot->state : nullptr;
}

bool StreamStates::usable(const Slot& slot) const {
  if (slot.behind || slot.expected > slot.state->head().seq) return false;
  return writers_ == Writers::only_this_process || clock_.steady_now() - slot.newest_at < kLookAgain;
}

Task<std::shared_ptr<StreamState>> StreamStates::any(std::string stream) {
  if (auto state = cached(stream)) co_return state;
  co_return co_await read_on(std::move(stream), Until::usable);
}

Task<StreamStatePtr> StreamStates::current(std::string stream) {
  if (writers_ == Writers::only_this_process) {
    if (auto state = cached(stream)) co_return state;
  }
  co_return co_await read_on(std::move(stream), Until::newest);
}

Task<std::shared_ptr<StreamState>> StreamStates::load(std::string stream) {
  const auto asked_at = clock_.steady_now();
  const auto* before = find(stream);
  const auto doubts = before ? before->doubts : 0;
  auto read = [this, stream] { return load_state(stream, streams_, rooms_); };
  auto loaded = co_await store_.run(std::move(read));
  // While we read, somebody may have cached a state and moved it on: the further one stays.
  auto& slot = slots_[stream];
  if (!slot.state || slot.state->head().seq < loaded->head().seq) slot.state = std::move(loaded);
  slot.newest_at = std::max(slot.newest_at, asked_at);
  if (slot.doubts == doubts) slot.behind = false;
  slot.used = ++uses_;
  auto state = slot.state;
  evict();
  co_return state;
}

Task<std::shared_ptr<StreamState>> StreamStates::read_on(std::string stream, Until until) {
  for (std::size_t limit = kFirstLook;; limit = std::min(limit * kFurther, StreamRepository::kMaxRange)) {
    auto* slot = find(stream);
    const auto asked_at = clock_.steady_now();
    if (!slot || asked_at - slot->newest_at >= kGoneStale) break;
    const auto doubts = slot->doubts;
    auto read = [this, stream, seq = slot->state->head().seq, limit] { return streams_.following(stream, seq, limit); };
    const auto entries = co_await store_.run(std::move(read));
    slot = find(stream);
    if (!slot) break;
    if (catch_up(*slot, entries, limit, doubts, asked_at)) co_return slot->state;
    // What is applied meanwhile may have overtaken what is read: then there is nothing to be had by reading.
    const bool overtaken = slot->state->head().seq > entries.back().seq;
    if (until == Until::usable && overtaken && usable(*slot)) co_return slot->state;
  }
  co_return co_await load(std::move(stream));
}

/// Whether the state then was the store's newest at `asked_at` or later.
bool StreamStates::catch_up(Slot& slot, const std::vector<Entry>& entries, std::size_t asked, std::uint64_t doubts,
                            std::chrono::steady_clock::time_point asked_at) {
  for (const auto& entry : entries) {
    if (entry.seq == slot.state->head().seq + 1) slot.state->apply(entry);
  }
  if (entries.size() == asked) return false;
  slot.newest_at = std::max(slot.newest_at, asked_at);
  if (slot.doubts == doubts) slot.behind = false;
  return true;
}

void StreamStates::apply(const Entry& entry) {
  const auto it = slots_.find(entry.stream);
  if (it == slots_.end()) return;
  auto& slot = it->second;
  if (entry.seq == slot.state->head().seq + 1) {
    slot.state->apply(entry);
    slot.newest_at = clock_.steady_now();
  } else if (entry.seq > slot.state->head().seq) {
    forget(entry.stream);  // something in between is not known here
  }
}

void StreamStates::forget(const std::string& stream) {
  const auto it = slots_.find(stream);
  if (it == slots_.end()) return;
  it->second.behind = true;
  ++it->second.doubts;
}

void StreamStates::expect(const std::string& stream, std::uint64_t seq) {
  const auto it = slots_.find(stream);
  if (it != slots_.end()) it->second.expected = std::max(it->second.expected, seq);
}

void StreamStates::evict() {
  if (slots_.size() <= capacity_) return;
  // Rare and cheap enough: a tenth at a time, by age.
  std::vector<std::uint64_t> ages;
  ages.reserve(slots_.size());
  for (const auto& [stream, slot] : slots_) ages.push_back(slot.used);
  const auto nth = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 10);
  std::nth_element(ages.begin(), nth, ages.end());
  std::erase_if(slots_, [oldest = *nth](const auto& item) { return item.second.used <= oldest; });
}

}  // namespace parley
