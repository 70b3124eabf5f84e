#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/entry.h"
#include "streams/framed_entry.h"

namespace parley {

using EntryObserver = std::function<void(const Entry&)>;

/// One stream that this instance follows: where its subscribers are, and the newest entries as frames. Gives
/// each subscriber every entry after its start, in seq order, each once. Does no I/O. Io thread.
class Channel {
 public:
  static constexpr std::size_t kRing = 256;  ///< entries kept framed
  static constexpr std::size_t kRingBytes = 1 << 20;
  static constexpr std::size_t kEarly = 256;  ///< entries kept that came before their predecessor

  struct Subscription {
    std::shared_ptr<Subscriber> subscriber;
    std::uint64_t id = 0;      ///< tells this subscription from an earlier one of the same subscriber
    std::uint64_t cursor = 0;  ///< the last entry given to it
    std::uint64_t since = 0;   ///< entries after it may end it
    bool live = false;         ///< cursor == last(), and gets entries as they come
  };

  /// `on_next` hears of every entry from where it began to follow, in seq order, each once, before it is delivered.
  Channel(std::string stream, Framer framer, EntryObserver on_next)
      : stream_(std::move(stream)), framer_(framer), on_next_(std::move(on_next)) {}

  const std::string& stream() const { return stream_; }
  std::uint64_t last() const { return last_; }

  /// Where it begins to follow: `head` is the store's after the bus was confirmed. What came meanwhile follows.
  void start(std::uint64_t head);

  enum class Accepted { delivered, early, old };
  /// Takes an entry from wherever it comes: the next one is given to all live subscribers (and with it those
  /// that waited for it), a later one is kept until the gap is filled.
  Accepted accept(const Entry& entry);

  /// Whether entries may be missing.
  bool has_gap() const { return !early_.empty() || doubtful_; }
  /// A later entry than the next is known, so the next must exist.
  bool misses_next() const { return !early_.empty(); }
  /// There may be more in the store than was accepted.
  void doubt() { doubtful_ = true; }
  /// Everything that the store has was accepted.
  void repaired() { doubtful_ = false; }

  /// Adds a subscription of a subscriber that has none.
  /// What happened up to `since` does not end it: whoever subscribes was checked on that state.
  Subscription& add(std::shared_ptr<Subscriber> subscriber, std::uint64_t cursor, std::uint64_t since);
  /// Whether there was one.
  bool remove(const Subscriber* subscriber);
  /// The subscription while it is still the one with this id, or null.
  Subscription* find(const Subscriber* subscriber, std::uint64_t id);
  bool empty() const { return subscriptions_.empty(); }

  /// Gives the next entries after the subscription's cursor out of the ring, as many as there is room for. Live once it
  /// has them all. False where the next one is not in the ring: it has to come from the store, see give().
  bool give_from_ring(Subscription& subscription);
  /// Gives entries read from the store, as many as there is room for. Stops, with true, after the one that ends the
  /// subscription.
  bool give(Subscription& subscription, std::span<const FramedEntry> entries);

  /// To everybody who is subscribed, but one user (empty: nobody); no entry.
  void broadcast(const Frame& frame, std::string_view except_user) const;

  /// The subscribers that the entries delivered since the last call have ended.
  std::vector<std::shared_ptr<Subscriber>> take_ended();

 private:
  void deliver(const Entry& entry);
  void keep(FramedEntry entry);
  void deliver_early();
  bool give_one(Subscription& subscription, const FramedEntry& entry);

  const std::string stream_;
  const Framer framer_;
  const EntryObserver on_next_;
  bool started_ = false;
  std::uint64_t last_ = 0;
  std::uint64_t next_id_ = 1;
  std::deque<FramedEntry> ring_;
  std::size_t ring_bytes_ = 0;
  std::map<std::uint64_t, Entry> early_;
  bool doubtful_ = false;
  std::vector<Subscription> subscriptions_;
  std::vector<std::shared_ptr<Subscriber>> ended_;
};

}  // namespace parley
