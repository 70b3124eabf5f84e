#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/event_loop.h"
#include "core/result.h"
#include "core/worker_pool.h"
#include "pubsub/pubsub.h"
#include "repositories/stream_repository.h"
#include "streams/catch_up_reads.h"
#include "streams/channel.h"
#include "streams/stream_states.h"

namespace parley {

/// What a subscriber is told before the first entry. With `reset`, what it kept is too old: it loads a page, and
/// gets what comes after `head`.
struct Subscribed {
  std::uint64_t head = 0;
  bool reset = false;
};

struct Subscription {
  std::shared_ptr<Subscriber> subscriber;
  std::string stream;
  std::optional<std::uint64_t> after{};                     ///< the last entry that the subscriber has
  std::function<Result<void>(const StreamState&)> check{};  ///< may they read it? Empty: yes
  /// Called once before anything is delivered.
  std::function<void(Subscribed)> on_subscribed{};
};

/// Told as subscriptions come and go. Must not call back into the hub before it returns.
class SubscriptionObserver {
 public:
  virtual ~SubscriptionObserver() = default;
  virtual void on_subscribed(const std::string& stream, const Subscriber& subscriber) = 0;
  virtual void on_unsubscribed(const std::string& stream, const Subscriber& subscriber) = 0;
};

/// How long to wait for what should come by itself.
struct HubPatience {
  std::chrono::milliseconds gap{10};     ///< two writers overtake each other on the bus all the time
  std::chrono::milliseconds hole{5000};  ///< an entry that is in no read while a later one exists never comes
};

/// Delivers the entries of followed streams to this instance's subscribers: in seq order, each once, none
/// missing, whatever the bus loses (gaps are read from the store). Io thread; outlives its subscribers.
class Hub {
 public:
  static constexpr std::uint64_t kMaxCatchUp = 1000;  ///< entries; who missed more starts over from a page

  Hub(EventLoop& loop, StreamRepository& streams, StreamStates& states, WorkerPool& store, PubSub& bus, Framer framer,
      HubPatience patience = {});

  void observe(SubscriptionObserver* observer) { observer_ = observer; }

  /// `on_entry` hears of the entries of followed streams, from every instance, each once, in seq order.
  void observe_entries(EntryObserver on_entry) { on_entry_ = std::move(on_entry); }

  /// Subscribes, or renews a subscription with another `after`. The check's error, or what the store throws.
  Task<Result<void>> subscribe(Subscription subscription);

  /// Nothing happens where there is no such subscription.
  void unsubscribe(const std::shared_ptr<Subscriber>& subscriber, const std::string& stream);

  /// An entry that is committed, from this instance or from the bus.
  void accept(const Entry& entry);

  /// Sends what is no entry to everybody subscribed here, but one user (empty: nobody).
  void broadcast(const std::string& stream, std::string_view json, std::string_view except_user = {});

  /// Looks in the store whether followed streams have more entries than came over the bus, and delivers them. Returns
  /// when all were looked at; what was found may still be on its way. Throws StoreUnavailable.
  Task<> poll();

  std::size_t followed() const { return channels_.size(); }

 private:
  struct Followed {
    Followed(Hub& hub, const std::string& stream)
        : channel(stream, hub.framer_, [&hub](const Entry& entry) { hub.next(entry); }),
          past(hub.loop_.executor(), hub.framer_,
               [&hub, stream](std::uint64_t first, std::uint64_t last) { return hub.read(stream, first, last); }) {}
    Channel channel;
    CatchUpReads past;
    bool open = false;
    bool repairing = false;
    int uses = 0;                                        ///< subscribes under way
    std::unique_ptr<boost::asio::steady_timer> opening;  ///< cancelled when the opening has ended
  };
  using FollowedPtr = std::shared_ptr<Followed>;

  Task<FollowedPtr> open(std::string stream);
  Task<> open_now(FollowedPtr followed);
  Task<StreamStatePtr> state_at_least(std::string stream, FollowedPtr followed);
  void attach(Subscription& subscription, const FollowedPtr& followed, const StreamState* state);
  Task<> catch_up(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id);
  Task<bool> give_while_there_is_room(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id);
  Task<bool> give_next(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id);
  Task<> give_from_store(FollowedPtr followed, std::shared_ptr<Subscriber> subscriber, std::uint64_t id,
                         std::uint64_t next);
  void repair_later(const FollowedPtr& followed);
  Task<> repair(FollowedPtr followed);
  Task<std::optional<bool>> read_on(FollowedPtr followed);
  Task<> fill_hole(std::string stream, std::uint64_t seq);
  void next(const Entry& entry);
  std::vector<EntryPlace> next_places() const;
  Task<std::vector<Entry>> read(std::string stream, std::uint64_t first, std::uint64_t last);
  void settle_ended(Followed& followed);
  void close_if_unused(const std::string& stream);

  EventLoop& loop_;
  StreamRepository& streams_;
  StreamStates& states_;
  WorkerPool& store_;
  PubSub& bus_;
  const Framer framer_;
  const HubPatience patience_;
  SubscriptionObserver* observer_ = nullptr;
  EntryObserver on_entry_;
  std::unordered_map<std::string, FollowedPtr> channels_;
};

/// The bus's channel for a stream: chat:room:{room_id} or chat:user:{user_id}.
std::string bus_channel(std::string_view stream);
/// The stream of a bus channel; empty where it is none.
std::string stream_of_bus_channel(std::string_view channel);

}  // namespace parley
