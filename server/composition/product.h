#pragma once

#include <memory>
#include <string>

#include "cli/service_operations.h"
#include "composition/bus.h"
#include "composition/cluster.h"
#include "composition/store.h"
#include "core/ids.h"
#include "core/metrics.h"
#include "core/ticker.h"
#include "services/accounts.h"
#include "services/message_service.h"
#include "services/presence_service.h"
#include "services/profile_hints.h"
#include "services/rooms.h"
#include "services/secret_keys.h"
#include "services/session_announcer.h"
#include "streams/bus_link.h"
#include "websocket/connections.h"
#include "websocket/encoder.h"

namespace parley {

/// The product without its edges: what the server and the command line both work with. Made in the order of the
/// members. Before it goes, the loop has ended, and abandon() has let go of what still referred to its parts.
class Product {
  // The io thread needs a core; the pools block on the disk, or run when the io thread leaves the core.
  static constexpr std::size_t kMaxReads = 10000;
  static constexpr std::size_t kMaxWrites = 1000;
  static constexpr std::size_t kHashers = 2;
  static constexpr std::size_t kMaxHashes = 500;
  static constexpr std::chrono::seconds kSweep{2};
  static constexpr std::chrono::hours kHousekeeping{1};

 public:
  Product(const Settings& settings, const DataFolder* folder);

  cli::Operations operations(const Settings& settings);

  /// Returns when the store can be used: at once, or when MongoDB is reached.
  Task<> prepare_store();

  /// What is done now and then, beginning with what an earlier process left undone.
  void start();

  /// Refuses new entries, waits for what is under way, and ends the timers.
  Task<> finish();

  /// After the loop has ended: what still waits for the pools or the loop is let go of while all parts are there.
  void abandon();

  Clock clock;
  Metrics metrics;
  EventLoop loop;
  ChosenStore chosen;
  Store store = chosen.parts();
  WorkerPool writer{"store-writer", store.writers, kMaxWrites};
  WorkerPool readers{"store", store.readers, kMaxReads};
  WorkerPool hashing{"hashing", kHashers, kMaxHashes, WorkerPool::Priority::idle};
  const std::string instance_id = new_id();  ///< of this process, never used again
  Bus shared;
  PubSub& bus = shared.pubsub;
  NoticeBoard& board = shared.notices;
  const Writers appending = store.instances ? Writers::several_instances : Writers::only_this_process;
  StreamStates states{store.streams, store.rooms, readers, clock, appending};
  Hub hub{loop, store.streams, states, readers, bus, websocket::text_frame};
  BusLink bus_link{bus, hub};
  Appender appender{
      loop,
      {store.streams, writer, store.writers, appending},
      states,
      bus_link,
      clock,
      {.on_batch = [this](std::size_t entries, std::chrono::nanoseconds took) { on_batch(entries, took); },
       .on_appended = [this](const Entry& entry, std::chrono::nanoseconds took) { on_appended(entry, took); }}};
  PresenceService presence{loop,
                           states,
                           clock,
                           [this](const auto& stream, auto json) { hub.broadcast(stream, json); },
                           {.instance_id = instance_id,
                            .board = board,
                            .announce = [this](const auto& stream) { bus_link.announce_presence(stream); },
                            .is_alive = [this](const auto& id) { return cluster && cluster->is_alive(id); },
                            .links = [this] { return bus.links(); }}};
  std::unique_ptr<Cluster> cluster = make_cluster();
  ProfileHints profile_hints{store.rooms, readers, bus_link};
  SecretKeys keys;
  RateLimits limits;
  MessageService messages{{appender, states, store.streams, readers, bus_link}, limits};
  Accounts accounts;
  Rooms rooms;
  SessionAnnouncer announcer;
  Ticker sweep{loop, kSweep, "what was left undone", [this] { return sweep_up(); }};
  Ticker housekeeping{loop, kHousekeeping, "housekeeping", [this] { return keep_house(); }};
  websocket::Connections* connections = nullptr;  ///< the server's; the command line has none

 private:
  SignUp::Policy sign_up_policy(const Settings& settings) const;
  AccountEvents account_events();
  std::unique_ptr<Cluster> make_cluster();
  Task<> sweep_up();
  Task<> keep_house();
  void on_entry(const Entry& entry);
  void on_appended(const Entry& entry, std::chrono::nanoseconds took);
  void on_batch(std::size_t entries, std::chrono::nanoseconds took);

  bool stopped_ = false;
};

}  // namespace parley
