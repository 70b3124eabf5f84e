#include "streams/hub.h"

#include <algorithm>
#include <span>

#include "core/json_text.h"
#include "core/log.h"

namespace parley {
namespace {

constexpr std::uint64_t kReadAtOnce = 100;
constexpr std::size_t kPlacesAtOnce = 500;
constexpr auto kStoreRetry = std::chrono::milliseconds(500);

std::string removed_json(const std::string& stream) {
  std::string json;
  JsonObjectWriter(json).member("type", std::string_view("removed")).member("room_id", stream_owner(stream)).close();
  return json;
}

}  // namespace

std::string bus_channel(std::string_view stream) {
  return std::string(is_room_stream(stream) ? "chat:room:" : "chat:user:").append(stream_owner(stream));
}

std::string stream_of_bus_channel(std::string_view channel) {
  constexpr std::string_view kRoom = "chat:room:";
  constexpr std::string_view kUser = "chat:user:";
  if (channel.starts_with(kRoom)) return room_stream(channel.substr(kRoom.size()));
  if (channel.starts_with(kUser)) return user_stream(channel.substr(kUser.size()));
  return {};
}

Hub::Hub(EventLoop& loop, StreamRepository& streams, StreamStates& states, WorkerPool& store, PubSub& bus,
         Framer framer, HubPatience patience)
    : loop_(loop), streams_(streams), states_(states), store_(store), bus_(bus), framer_(framer), patience_(patience) {}

Task<Result<void>> Hub::subscribe(Subscription subscription) {
  const auto stream = subscription.stream;
  auto followed = co_await open(stream);
  StreamStatePtr state;
  std::exception_ptr failure;
  try {
    if (subscription.check) state = co_await state_at_least(stream, followed);
  } catch (...) {
    failure = std::current_exception();
  }
  --followed->uses;
  Result<void> result;
  if (!failure && subscription.check) result = subscription.check(*state);
  if (!failure && result) attach(subscription, followed, state.get());
  close_if_unused(stream);
  if (failure) std::rethrow_exception(failure);
  co_return result;
}

Task<Hub::FollowedPtr> Hub::open(std::string stream) {
  auto& slot = channels_[stream];
  if (!slot) slot = std::make_shared<Followed>(*this, stream);
  auto followed = slot;
  ++followed->uses;
  try {
    while (!followed->open) {
      if (followed->opening) {
        co_await followed->opening->async_wait(kAwait);
      } else {
        co_await open_now(followed);
      }
    }
  } catch (...) {
    --followed->uses;
    close_if_unused(stream);
    throw;
  }
  co_return followed;
}

Task<> Hub::open_now(FollowedPtr followed) {
  followed->opening = std::make_unique<boost::asio::steady_timer>(loop_.context());
  followed->opening->expires_at(std::chrono::steady_clock::time_point::max());
  const auto stream = followed->channel.stream();
  std::exception_ptr failure;
  try {
    // The bus first, then the head: what is committed in between comes over the bus.
    co_await bus_.subscribe(bus_channel(stream));
    auto look = [this, stream] { return streams_.head(stream); };
    const auto head = co_await store_.run(std::move(look));
    followed->channel.start(head.seq);
    followed->open = true;
  } catch (...) {
    failure = std::current_exception();
  }
  auto waiting = std::move(followed->opening);
  waiting->cancel();
  if (failure) std::rethrow_exception(failure);
}

Task<StreamStatePtr> Hub::state_at_least(std::string stream, FollowedPtr followed) {
  for (;;) {
    auto state = co_await states_.current(stream);
    if (state->head().seq >= followed->channel.last()) co_return state;
    states_.forget(stream);
  }
}

void Hub::attach(Subscription& subscription, const FollowedPtr& followed, const StreamState* state) {
  auto& channel = followed->channel;
  const auto head = channel.last();
  const auto after = subscription.after.value_or(head);
  // An `after` beyond the head: the store was restored from an older backup.
  const bool reset = after > head || head - after > kMaxCatchUp;
  const auto since = state ? std::max(head, state->head().seq) : head;
  const bool renewed = channel.remove(subscription.subscriber.get());
  const auto& added = channel.add(subscription.subscriber, reset ? head : after, since);
  const auto id = added.id;
  const bool behind = !added.live;
  if (subscription.on_subscribed) subscription.on_subscribed({head, reset});
  if (observer_ && !renewed) observer_->on_subscribed(channel.stream(), *subscription.subscriber);
  // It may have come while nobody followed yet.
  if (channel.has_gap()) repair_later(followed);
  if (!behind) return;
  spawn_logged(loop_.executor(), "catch up", [this, followed, subscriber = subscription.subscriber, id] {
    return catch_up(followed, subscriber, id);
  });
}

void Hub::unsubscribe(const std::shared_ptr<Subscriber>& subscriber, const std::string& stream) {
  const auto it = channels_.find(stream);
  if (it == channels_.end() || !it->second->channel.remove(subscriber.get())) return;
  if (observer_) observer_->on_unsubscribed(stream, *subscriber);
  close_if_unused(stream);
}

void Hub::accept(const Entry& entry) {
  const auto it = channels_.find(entry.stream);
  if (it == channels_.end()) return;
  const auto followed = it->second;
  followed->channel.accept(entry);
  settle_ended(*followed);
  if (followed->open && followed->channel.has_gap()) repair_later(followed);
  close_if_unused(entry.stream);
}

void Hub::broadcast(const std::string& stream, std::string_view json, std::string_view except_user) {
  const auto it = channels_.find(stream);
  if (it != channels_.end()) it->second->channel.broadcast(framer_(json), except_user);
}

Task<> Hub::catch_up(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id) {
  for (bool more = true; more;) {
    // Nothing is read for who has no room for it.
    const bool room = co_await subscriber->drained();
    if (!room) co_return;
    bool failed = false;
    try {
      more = co_await give_while_there_is_room(followed, subscriber, id);
    } catch (const std::exception& e) {
      log::warn("catching up waits for the store", {{"stream", followed->channel.stream()}, {"reason", e.what()}});
      failed = true;
    }
    if (failed) co_await sleep_for(kStoreRetry);
  }
}

/// Whether it is still behind.
Task<bool> Hub::give_while_there_is_room(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber,
                                         std::uint64_t id) {
  const CatchUpReads::Reader reader(followed->past);
  bool more = true;
  while (more && subscriber->has_room()) more = co_await give_next(followed, subscriber, id);
  co_return more;
}

Task<bool> Hub::give_next(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id) {
  auto& channel = followed->channel;
  auto* subscription = channel.find(subscriber.get(), id);
  if (!subscription) co_return false;
  if (channel.give_from_ring(*subscription)) {
    const bool live = subscription->live;
    settle_ended(*followed);
    close_if_unused(channel.stream());
    co_return !live;
  }
  const auto next = subscription->cursor + 1;
  co_await give_from_store(followed, subscriber, id, next);
  co_return true;
}

Task<> Hub::give_from_store(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id,
                            std::uint64_t next) {
  auto& channel = followed->channel;
  const auto block = co_await followed->past.block_with(next, channel.last());
  if (!block) {
    co_await sleep_for(kStoreRetry);
    co_return;
  }
  auto* subscription = channel.find(subscriber.get(), id);
  if (!subscription) co_return;
  channel.give(*subscription, block->from(next));
  settle_ended(*followed);
  close_if_unused(channel.stream());
}

void Hub::repair_later(const FollowedPtr& followed) {
  if (followed->repairing) return;
  followed->repairing = true;
  spawn_logged(loop_.executor(), "repair gap", [this, followed] { return repair(followed); });
}

Task<> Hub::repair(FollowedPtr followed) {
  co_await sleep_for(patience_.gap);
  auto& channel = followed->channel;
  auto missing_since = std::chrono::steady_clock::now();
  while (channel.has_gap() && !channel.empty()) {
    const auto last = channel.last();
    const auto found = co_await read_on(followed);
    // While the store can't be read, nothing is known to be missing.
    if (!found || *found || channel.last() > last) missing_since = std::chrono::steady_clock::now();
    if (channel.last() > last || found.value_or(false)) continue;
    if (!channel.has_gap()) break;
    co_await sleep_for(std::min<std::chrono::milliseconds>(kStoreRetry, patience_.hole));
    const bool missing = channel.misses_next() && channel.last() == last;
    if (missing && std::chrono::steady_clock::now() - missing_since >= patience_.hole) {
      co_await fill_hole(channel.stream(), last + 1);
    }
  }
  followed->repairing = false;
  close_if_unused(channel.stream());
}

/// Accepts what follows in the store. Whether there was anything; nothing where the store can't be read.
Task<std::optional<bool>> Hub::read_on(FollowedPtr followed) {
  auto& channel = followed->channel;
  try {
    auto read = [this, stream = channel.stream(), last = channel.last()] {
      return streams_.following(stream, last, kReadAtOnce);
    };
    const auto entries = co_await store_.run(std::move(read));
    for (const auto& entry : entries) channel.accept(entry);
    settle_ended(*followed);
    if (entries.size() < kReadAtOnce) channel.repaired();
    co_return !entries.empty();
  } catch (const std::exception& e) {
    log::warn("a gap waits for the store", {{"stream", channel.stream()}, {"reason", e.what()}});
  }
  co_return std::nullopt;
}

/// Appends an entry that says nothing where one is missing for good, so that the log is dense again. Whoever else
/// writes there meanwhile was faster: then nothing is missing.
Task<> Hub::fill_hole(std::string stream, std::uint64_t seq) {
  log::error("an entry is missing in the store; its place is filled with a void one",
             {{"stream", stream}, {"seq", seq}});
  try {
    auto fill = [this, stream, seq] {
      Head before;
      const auto predecessor = streams_.range(stream, seq - 1, seq - 1);
      if (!predecessor.empty()) before = head_of(predecessor.front());
      Entry entry;
      entry.stream = stream;
      entry.kind = std::string(kind::void_entry);
      entry.key = "~void-" + std::to_string(seq);
      continue_from(before, before.timestamp, entry);
      if (entry.seq == seq) streams_.append(std::span(&entry, 1));
    };
    co_await store_.run(std::move(fill));
  } catch (const std::exception& e) {
    log::warn("filling a hole waits for the store", {{"stream", stream}, {"reason", e.what()}});
  }
}

/// Of every followed stream, in order: so what others write is known here, too.
void Hub::next(const Entry& entry) {
  states_.apply(entry);
  if (on_entry_) on_entry_(entry);
}

Task<> Hub::poll() {
  const auto places = next_places();
  for (std::size_t first = 0; first < places.size(); first += kPlacesAtOnce) {
    const auto count = std::min(kPlacesAtOnce, places.size() - first);
    auto look = [this, some = std::span(places).subspan(first, count)] { return streams_.find_all(some); };
    const auto found = co_await store_.run(std::move(look));
    for (const auto& entry : found) {
      const auto it = channels_.find(entry.stream);
      if (it == channels_.end()) continue;
      it->second->channel.doubt();
      accept(entry);
    }
  }
}

std::vector<EntryPlace> Hub::next_places() const {
  std::vector<EntryPlace> places;
  places.reserve(channels_.size());
  for (const auto& [stream, followed] : channels_) {
    if (followed->open) places.push_back({stream, followed->channel.last() + 1});
  }
  return places;
}

Task<std::vector<Entry>> Hub::read(std::string stream, std::uint64_t first, std::uint64_t last) {
  auto work = [this, stream, first, last] { return streams_.range(stream, first, last); };
  co_return co_await store_.run(std::move(work));
}

void Hub::settle_ended(Followed& followed) {
  const auto& stream = followed.channel.stream();
  for (const auto& subscriber : followed.channel.take_ended()) {
    subscriber->deliver(framer_(removed_json(stream)));
    subscriber->subscription_ended(stream);
    if (observer_) observer_->on_unsubscribed(stream, *subscriber);
  }
}

void Hub::close_if_unused(const std::string& stream) {
  const auto it = channels_.find(stream);
  if (it == channels_.end()) return;
  const auto& followed = *it->second;
  if (!followed.channel.empty() || followed.uses > 0 || followed.repairing) return;
  bus_.unsubscribe(bus_channel(stream));
  channels_.erase(it);
}

}  // namespace parley
