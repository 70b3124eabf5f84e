#include <boost/asio/steady_timer.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "api/account_json.h"
#include "api/admin_endpoints.h"
#include "api/assets.h"
#include "api/auth_endpoints.h"
#include "api/edge.h"
#include "api/health.h"
#include "api/http_server.h"
#include "api/invite_endpoints.h"
#include "api/links.h"
#include "api/message_endpoints.h"
#include "api/room_endpoints.h"
#include "api/server_endpoint.h"
#include "api/session_endpoints.h"
#include "api/user_endpoints.h"
#include "cli/backend.h"
#include "cli/control_server.h"
#include "cli/run.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/stop_signals.h"
#include "core/tls_context.h"
#include "pubsub/local/local_pubsub.h"
#include "repositories/sqlite/integrity.h"
#include "repositories/sqlite/snapshot.h"
#include "repositories/sqlite/sqlite_access_token_repository.h"
#include "repositories/sqlite/sqlite_invite_repository.h"
#include "repositories/sqlite/sqlite_room_repository.h"
#include "repositories/sqlite/sqlite_session_repository.h"
#include "repositories/sqlite/sqlite_stream_repository.h"
#include "repositories/sqlite/sqlite_user_repository.h"
#include "services/accounts.h"
#include "services/message_service.h"
#include "services/presence_service.h"
#include "services/rooms.h"
#include "services/secret_keys.h"
#include "streams/bus_link.h"
#include "websocket/connections.h"
#include "websocket/encoder.h"

namespace parley {
namespace {

// Threads. The io thread needs a core; the pools block on the disk or run when it leaves the core.
constexpr std::size_t kReaders = 4;
constexpr std::size_t kMaxReads = 10000;
constexpr std::size_t kMaxWrites = 1000;
constexpr std::size_t kHashers = 2;
constexpr std::size_t kMaxHashes = 500;

constexpr auto kHttpPatience = std::chrono::seconds(4);
constexpr auto kHousekeeping = std::chrono::hours(1);

/// Everything that is stored, in the data folder's SQLite file.
struct SqliteStore {
  explicit SqliteStore(const std::filesystem::path& file) : database(file), snapshots(file) {}

  sqlite::Database database;
  sqlite::SqliteStreamRepository streams{database};
  sqlite::SqliteRoomRepository rooms{database};
  sqlite::SqliteUserRepository users{database};
  sqlite::SqliteSessionRepository sessions{database};
  sqlite::SqliteAccessTokenRepository access_tokens{database};
  sqlite::SqliteInviteRepository invites{database};
  sqlite::SnapshotWriter snapshots;
};

/// The product below its edges: what the server and the command line both work with. Members are made in this order
/// and go in the reverse one; nothing of it runs any more when they go (the loop has run out of work).
class Product {
 public:
  Product(const Settings& settings, const DataFolder& folder)
      : store(folder.database()),
        keys(settings.secret_key),
        limits(settings.limits, clock),
        accounts({store.users, store.sessions, store.access_tokens, store.invites, readers, clock}, hashing, keys,
                 limits, sign_up_policy(settings), account_events()),
        rooms({loop, appender, states, store.streams, store.rooms, store.users, readers, clock}, accounts.invites),
        presence(loop, states, [this](const auto& stream, auto json) { hub.broadcast(stream, json); }),
        messages({appender, states, store.streams, readers, bus_link}, limits) {
    hub.observe(&presence);
  }

  /// Refuses new work and returns when what was under way is done. The timers stop.
  Task<> finish() {
    co_await appender.drain();
    rooms.stop();
    presence.stop();
    store.snapshots.cancel();
  }

  cli::Operations operations(const Settings& settings);

  Clock clock;
  Metrics metrics;
  EventLoop loop;
  SqliteStore store;
  WorkerPool writer{"store-writer", 1, kMaxWrites};
  WorkerPool readers{"store", kReaders, kMaxReads};
  WorkerPool hashing{"password-hashing", kHashers, kMaxHashes, WorkerPool::Priority::idle};
  LocalBus local_bus;
  LocalPubSub bus{local_bus};
  StreamStates states{store.streams, store.rooms, readers, Writers::only_this_process};
  Hub hub{loop, store.streams, states, readers, bus, websocket::text_frame};
  BusLink bus_link{bus, states, hub, [this](const Entry& entry) { on_entry(entry); }};
  Appender appender{loop, {store.streams, writer}, states, bus_link, clock,
                    [this](std::size_t entries, std::chrono::nanoseconds took) { on_batch(entries, took); }};
  SecretKeys keys;
  RateLimits limits;
  Accounts accounts;
  Rooms rooms;
  PresenceService presence;
  MessageService messages;
  /// The connections to end with an account or session; set by the server, none for the command line.
  websocket::Connections* connections = nullptr;

 private:
  SignUp::Policy sign_up_policy(const Settings& settings) {
    SignUp::Policy policy{.registration = settings.registration};
    if (!settings.loopback()) policy.setup_code = setup_code(keys);
    return policy;
  }

  AccountEvents account_events();
  void on_entry(const Entry& entry);
  void on_batch(std::size_t entries, std::chrono::nanoseconds took);
};

AccountEvents Product::account_events() {
  AccountEvents events;
  events.session_ended = [this](std::string user_id, std::string username, std::string session_id) {
    // At once here; over the user's stream everywhere else.
    if (connections) connections->end_session(user_id, session_id);
    rooms.notices.session_ended(user_id, username, session_id);
  };
  events.account_disabled = [this](std::string user_id) {
    if (connections) connections->end_user(user_id);
  };
  events.profile_changed = [this](std::string user_id) { rooms.hint_profile(user_id, bus_link); };
  events.invited_into_room = [this](std::string user_id, std::string username, std::string room_id) {
    rooms.welcome(user_id, username, room_id);
  };
  return events;
}

void Product::on_entry(const Entry& entry) {
  metrics.entries.add();
  if (entry.kind == kind::message) metrics.messages.add();
}

void Product::on_batch(std::size_t entries, std::chrono::nanoseconds took) {
  metrics.commit_batch_entries.observe(static_cast<double>(entries));
  metrics.commit_seconds.observe(std::chrono::duration<double>(took).count());
}

cli::UserRow row_of(const User& user) {
  return {user.id, user.username, user.display_name, user.is_admin, user.disabled, user.created_at};
}

}  // namespace
}  // namespace parley
