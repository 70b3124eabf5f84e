#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/admin_endpoints.h"
#include "api/assets.h"
#include "api/auth_endpoints.h"
#include "api/edge.h"
#include "api/health.h"
#include "api/http_server.h"
#include "api/invite_endpoints.h"
#include "api/links.h"
#include "api/member_endpoints.h"
#include "api/message_endpoints.h"
#include "api/room_endpoints.h"
#include "api/room_link_endpoints.h"
#include "api/server_endpoint.h"
#include "api/session_endpoints.h"
#include "api/user_endpoints.h"
#include "cli/backend.h"
#include "cli/control_server.h"
#include "cli/run.h"
#include "cli/service_operations.h"
#include "core/ids.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/stop_signals.h"
#include "core/ticker.h"
#include "core/tls_context.h"
#include "models/state_change.h"
#include "pubsub/local/local_notice_board.h"
#include "pubsub/local/local_pubsub.h"
#include "pubsub/local/local_shared_counters.h"
#include "pubsub/redis/redis_bus.h"
#include "repositories/instance_repository.h"
#include "repositories/mongodb/mongo_access_token_repository.h"
#include "repositories/mongodb/mongo_instance_repository.h"
#include "repositories/mongodb/mongo_invite_repository.h"
#include "repositories/mongodb/mongo_room_repository.h"
#include "repositories/mongodb/mongo_session_repository.h"
#include "repositories/mongodb/mongo_stream_repository.h"
#include "repositories/mongodb/mongo_user_repository.h"
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
#include "services/profile_hints.h"
#include "services/rooms.h"
#include "services/secret_keys.h"
#include "services/session_announcer.h"
#include "streams/bus_health.h"
#include "streams/bus_link.h"
#include "streams/instances.h"
#include "websocket/connections.h"
#include "websocket/encoder.h"

namespace parley {
namespace {

// The io thread needs a core; the pools block on the disk, or run when the io thread leaves the core.
constexpr std::size_t kMaxReads = 10000;
constexpr std::size_t kMaxWrites = 1000;
constexpr std::size_t kHashers = 2;
constexpr std::size_t kMaxHashes = 500;

constexpr auto kHttpPatience = std::chrono::seconds(3);
constexpr auto kStoreRetry = std::chrono::seconds(1);
constexpr auto kPurgeDelay = std::chrono::minutes(10);
constexpr auto kLease = std::chrono::seconds(1);
constexpr auto kSweep = std::chrono::seconds(2);
constexpr auto kHousekeeping = std::chrono::hours(1);

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// Everything that is stored, whatever stores it.
struct Store {
  StreamRepository& streams;
  RoomRepository& rooms;
  UserRepository& users;
  SessionRepository& sessions;
  AccessTokenRepository& access_tokens;
  InviteRepository& invites;
  InstanceRepository* instances = nullptr;  ///< where several instances share the store
  std::size_t readers;                      ///< threads that read
  std::size_t writers;                      ///< batches that are written at a time
  std::function<void()> prepare{};          ///< blocking; the rest works once it has not thrown
};

/// In the data folder's file.
struct SqliteStore {
  explicit SqliteStore(const std::filesystem::path& file) : database(file), snapshots(file) {
    rooms.drop_unused_claims();
  }
  Store parts() {
    return {streams, rooms, users, sessions, access_tokens, invites, nullptr, 4, 1, [] {}};  // it has one writer
  }

  sqlite::Database database;
  sqlite::SqliteStreamRepository streams{database};
  sqlite::SqliteRoomRepository rooms{database};
  sqlite::SqliteUserRepository users{database};
  sqlite::SqliteSessionRepository sessions{database};
  sqlite::SqliteAccessTokenRepository access_tokens{database};
  sqlite::SqliteInviteRepository invites{database};
  sqlite::SnapshotWriter snapshots;
};

struct MongoStore {
  static constexpr std::size_t kReaders = 8;  // they wait for the network
  static constexpr std::size_t kWriters = 4;

  explicit MongoStore(const Settings& settings)
      : database(settings.mongodb_url, settings.mongodb_db_name, static_cast<int>(kReaders + kWriters)) {}
  Store parts() {
    return {streams, rooms,      users,    sessions, access_tokens,
            invites, &instances, kReaders, kWriters, [this] { database.prepare(); }};
  }

  mongodb::Database database;
  mongodb::MongoStreamRepository streams{database};
  mongodb::MongoRoomRepository rooms{database};
  mongodb::MongoUserRepository users{database};
  mongodb::MongoSessionRepository sessions{database};
  mongodb::MongoAccessTokenRepository access_tokens{database};
  mongodb::MongoInviteRepository invites{database};
  mongodb::MongoInstanceRepository instances{database};
};

/// The one that the settings choose.
struct ChosenStore {
  ChosenStore(const Settings& settings, const DataFolder* folder) {
    if (settings.uses_mongodb()) {
      mongodb = std::make_unique<MongoStore>(settings);
    } else {
      sqlite = std::make_unique<SqliteStore>(folder->database());
    }
  }
  Store parts() { return mongodb ? mongodb->parts() : sqlite->parts(); }

  std::unique_ptr<SqliteStore> sqlite;
  std::unique_ptr<MongoStore> mongodb;
};

/// What an instance needs where others share its store: its lease, and an eye on the bus between them.
class Cluster {
 public:
  Cluster(EventLoop& loop, InstanceRepository& repository, WorkerPool& store, PubSub& bus, Hub& hub, const Clock& clock,
          const std::string& instance_id)
      : instances(repository, store, clock, instance_id),
        health(loop, instances, bus, hub, clock),
        loop_(loop),
        repository_(repository),
        store_(store),
        lease_(loop, kLease, "the instance's lease",
               [this, &bus] { return instances.renew(bus.links(), bus.healthy()); }) {}

  void start() {
    started_ = true;
    lease_.start();
    spawn_logged(loop_.executor(), "join the other instances", [this] { return join(); });
  }

  Task<> stop() {
    if (!std::exchange(started_, false)) co_return;
    health.stop();
    lease_.stop();
    try {
      co_await instances.leave();
    } catch (const std::exception& e) {
      log::warn("the instance's lease stays until it is over", {{"reason", e.what()}});
    }
  }

  bool is_alive(const std::string& instance_id) const {
    const auto peer = instances.peers().find(instance_id);
    return peer != instances.peers().end() && peer->second.alive;
  }

  Instances instances;
  BusHealth health;

 private:
  Task<> join() {
    std::string deployment_id;
    while (started_ && deployment_id.empty()) {
      try {
        auto ask = [this] { return repository_.deployment_id(); };
        deployment_id = co_await store_.run(std::move(ask));
      } catch (const std::exception& e) {
        log::warn("joining the other instances waits for the store", {{"reason", e.what()}});
      }
      if (deployment_id.empty()) co_await sleep_for(kStoreRetry);
    }
    if (started_) health.start(deployment_id);
  }

  EventLoop& loop_;
  InstanceRepository& repository_;
  WorkerPool& store_;
  Ticker lease_;
  bool started_ = false;
};

/// What instances share: over Redis where there is one, else in this process, which is then the only instance.
class Bus {
  struct InProcess {
    explicit InProcess(const Clock& clock) : counters(clock) {}
    LocalBus bus;
    LocalPubSub pubsub{bus};
    LocalNoticeBoard notices;
    LocalSharedCounters counters;
  };
  std::unique_ptr<redis::RedisBus> redis_;
  std::unique_ptr<InProcess> local_;

 public:
  Bus(EventLoop& loop, const Clock& clock, const RedisAddress& address, const std::string& instance_id)
      : redis_(address.host.empty() ? nullptr : std::make_unique<redis::RedisBus>(loop, address, instance_id)),
        local_(redis_ ? nullptr : std::make_unique<InProcess>(clock)),
        pubsub(redis_ ? static_cast<PubSub&>(redis_->pubsub()) : local_->pubsub),
        notices(redis_ ? static_cast<NoticeBoard&>(redis_->notice_board()) : local_->notices),
        counters(redis_ ? static_cast<SharedCounters&>(redis_->counters()) : local_->counters) {}

  /// For a process that does one thing: before it, waits a while until others hear of it; after it, until they have.
  Task<> come_up() const {
    for (int i = 0; i < 200 && !pubsub.healthy(); ++i) co_await sleep_for(std::chrono::milliseconds(10));
  }
  Task<> drain() const { co_await counters.read("drained"); }  // Redis answers in order

  PubSub& pubsub;
  NoticeBoard& notices;
  SharedCounters& counters;
};

/// The product without its edges: what the server and the command line both work with. Made in the order of the
/// members. Before it goes, the loop has ended, and abandon() has let go of what still referred to it.
class Product {
 public:
  Product(const Settings& settings, const DataFolder* folder)
      : chosen(settings, folder),
        shared(loop, clock, settings.redis, instance_id),
        keys(settings.secret_key),
        limits(settings.limits, clock, SharedFailures(shared.counters, keys.key(SecretKeys::Purpose::shared_failures))),
        accounts({store.users, store.sessions, store.access_tokens, store.invites, readers, clock}, hashing, keys,
                 limits, sign_up_policy(settings), account_events()),
        rooms({loop, appender, states, store.streams, store.rooms, store.users, readers, clock}, accounts.invites,
              store.instances ? kPurgeDelay : std::chrono::seconds(0)),
        announcer(loop, appender, {store.users, store.sessions, store.access_tokens, store.invites, readers, clock}) {
    hub.observe(&presence);
    hub.observe_entries([this](const Entry& entry) { on_entry(entry); });
  }

  cli::Operations operations(const Settings& settings) {
    return cli::service_operations(accounts, rooms, readers, settings.base_url(),
                                   [this](const auto& target) { chosen.sqlite->snapshots.write(target); });
  }

  /// Returns when the store can be used: at once, or when MongoDB is reached.
  Task<> prepare_store();

  /// What is done now and then, beginning with what an earlier process left undone.
  void start() {
    if (cluster) cluster->start();
    presence.start();
    sweep.start();
    housekeeping.start();
  }

  /// Refuses new entries, waits for what is under way, and ends the timers.
  Task<> finish() {
    sweep.stop();
    housekeeping.stop();
    co_await rooms.settler.drain(std::chrono::seconds(1));
    co_await appender.drain();
    rooms.purge.stop();
    presence.stop();
    if (cluster) co_await cluster->stop();
    if (chosen.sqlite) chosen.sqlite->snapshots.cancel();
    stopped_ = true;
  }

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
                            .is_alive = [this](const auto& id) { return cluster && cluster->is_alive(id); }}};
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
  SignUp::Policy sign_up_policy(const Settings& settings) const {
    SignUp::Policy policy{.registration = settings.registration};
    if (!settings.loopback()) policy.setup_code = setup_code(keys);
    return policy;
  }

  AccountEvents account_events();
  std::unique_ptr<Cluster> make_cluster();
  Task<> sweep_up();
  Task<> keep_house();
  void on_entry(const Entry& entry);
  void on_appended(const Entry& entry, std::chrono::nanoseconds took);
  void on_batch(std::size_t entries, std::chrono::nanoseconds took);

  bool stopped_ = false;
};

Identity identity_of(const std::string& user_id, const std::string& username) {
  Identity identity;
  identity.user_id = user_id;
  identity.username = username;
  return identity;
}

AccountEvents Product::account_events() {
  AccountEvents events;
  events.session_ended = [this](std::string user_id, std::string username, std::string session_id) {
    announcer.begin(user_id, username, session_id);
  };
  events.account_disabled = [this](std::string user_id) {
    if (connections) connections->end_user(user_id);
  };
  events.profile_changed = [this](std::string user_id) {
    spawn_logged(loop.executor(), "profile hints", [this, user_id] { return profile_hints.send(user_id); });
  };
  events.invited_into_room = [this](std::string user_id, std::string username, std::string room_id) {
    spawn_logged(loop.executor(), "join by invite", [this, user = identity_of(user_id, username), room_id] {
      const auto join = [](Product& self, Identity who, std::string where) -> Task<> {
        co_await self.rooms.members.join_by_invite(std::move(who), std::move(where));
      };
      return join(*this, user, room_id);
    });
  };
  return events;
}

Task<> Product::prepare_store() {
  bool told = false;
  for (bool ready = false; !ready && !stopped_;) {
    try {
      auto prepare = store.prepare;
      co_await readers.run(std::move(prepare));
      ready = true;
    } catch (const std::exception& e) {
      if (!told) log::warn("the store can't be reached yet; trying again until it can", {{"reason", e.what()}});
      told = true;
    }
    if (!ready) co_await sleep_for(kStoreRetry);
  }
  if (told && !stopped_) log::info("the store is reached");
}

std::unique_ptr<Cluster> Product::make_cluster() {
  if (!store.instances) return nullptr;
  auto made = std::make_unique<Cluster>(loop, *store.instances, readers, bus, hub, clock, instance_id);
  made->instances.observe([this](const auto& id, bool alive) {
    cluster->health.on_instance(id, alive);
    presence.on_instance(id, alive);
  });
  made->health.observe([this] { presence.on_bus_recovered(); });
  bus_link.observe({.on_heartbeat = [this](auto text) { cluster->health.on_heartbeat(text); },
                    .on_presence_elsewhere = [this](const auto& stream) { presence.changed_elsewhere(stream); }});
  return made;
}

Task<> Product::keep_house() {
  rooms.purge.resume();
  co_await accounts.purge();
}

Task<> Product::sweep_up() {
  co_await announcer.sweep();
  co_await rooms.settler.sweep();
}

void Product::on_appended(const Entry& entry, std::chrono::nanoseconds took) {
  metrics.append_seconds.observe(seconds(took));
  metrics.entries.add();
  if (entry.kind == kind::message) metrics.messages.add();
}

/// Of entries from every instance: so a session that was ended anywhere ends here. Every connection follows its user's
/// stream.
void Product::on_entry(const Entry& entry) {
  const auto session_id = ended_session(entry);
  if (session_id.empty()) return;
  accounts.authenticator.forget_session(session_id);
  if (connections) connections->end_session(std::string(stream_owner(entry.stream)), session_id);
}

void Product::on_batch(std::size_t entries, std::chrono::nanoseconds took) {
  metrics.commit_batch_entries.observe(static_cast<double>(entries));
  metrics.commit_seconds.observe(seconds(took));
}

/// The product behind its edges: HTTP, WebSocket, metrics, the control socket, signals.
class Server {
 public:
  Server(const Settings& settings, const DataFolder* folder);

  /// Returns when it has stopped as asked.
  void run();

 private:
  websocket::ClientServices client_services();
  void add_routes();
  Result<void> limit(const api::Request& request);
  Task<std::string> user_of(Identity identity);
  Task<bool> store_reachable();
  Task<> start();
  Task<> say_set_up_code();
  Task<> stop();

  const Settings& settings_;
  Product product_;
  websocket::Connections connections_;
  api::Origins origins_;
  api::TrustedProxies proxies_;
  api::Links links_;
  api::Assets assets_;
  RoomInvites room_invites_;
  api::AuthEndpoints auth_;
  api::SessionEndpoints sessions_;
  api::UserEndpoints users_;
  api::AdminEndpoints admin_;
  api::InviteEndpoints invites_;
  api::ServerEndpoint server_;
  api::RoomEndpoints rooms_;
  api::MemberEndpoints members_;
  api::RoomLinkEndpoints room_links_;
  api::Router router_;
  api::Router metrics_router_;
  api::Edge edge_;
  api::Edge metrics_edge_;
  std::unique_ptr<TlsContext> tls_;
  api::HttpServer http_;
  api::HttpServer metrics_http_;
  const cli::Operations operations_;
  cli::Commands commands_;
  std::unique_ptr<cli::ControlServer> control_;  ///< in the data folder, where there is one
  StopSignals signals_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
};

std::unique_ptr<TlsContext> tls_of(const Settings& settings) {
  if (!settings.tls()) return nullptr;
  return std::make_unique<TlsContext>(settings.tls_cert.string(), settings.tls_key.string());
}

std::unique_ptr<cli::ControlServer> control_of(EventLoop& loop, const DataFolder* folder, cli::Commands& commands) {
  if (folder == nullptr) return nullptr;
  return std::make_unique<cli::ControlServer>(loop.executor(), folder->control_socket(), commands);
}

Server::Server(const Settings& settings, const DataFolder* folder)
    : settings_(settings),
      product_(settings, folder),
      connections_(product_.loop, client_services(), {.queue_bound = settings.slow_consumer_bytes}, product_.metrics),
      origins_(settings.allowed_origins),
      proxies_(settings.trusted_proxies),
      links_(settings.public_url),
      room_invites_(product_.accounts.invites, product_.rooms.hooks()),
      auth_(product_.accounts, origins_),
      sessions_(product_.accounts.sessions),
      users_(product_.accounts.directory),
      admin_(product_.accounts.directory, product_.accounts.invites, links_),
      invites_(room_invites_),
      server_(product_.accounts.sign_up),
      rooms_(product_.rooms),
      members_(product_.rooms.members),
      room_links_(product_.rooms.links, links_),
      edge_({.router = router_,
             .origins = origins_,
             .proxies = proxies_,
             .authenticate = [this](std::string token) { return product_.accounts.authenticator.authenticate(token); },
             .rate_limit = [this](const api::Request& request) { return limit(request); },
             .fallback = [this](const api::Request& request) { return assets_.find(request); },
             .on_upgrade =
                 [this](api::Upgrade upgrade) {
                   connections_.open({std::move(upgrade.transport), std::move(upgrade.leftover),
                                      std::move(upgrade.identity), std::move(upgrade.request_id)});
                 },
             .metrics = &product_.metrics}),
      metrics_edge_({.router = metrics_router_, .origins = origins_, .proxies = proxies_}),
      tls_(tls_of(settings)),
      http_(product_.loop, edge_, {}, tls_.get(), &product_.metrics),
      metrics_http_(product_.loop, metrics_edge_, {}, nullptr, nullptr),
      operations_(product_.operations(settings)),
      commands_(operations_, settings.secret_key),
      control_(control_of(product_.loop, folder, commands_)),
      signals_(product_.loop.executor(),
               [this] { spawn_logged(product_.loop.executor(), "stop", [this] { return stop(); }); }) {
  product_.connections = &connections_;
  add_routes();
  port_ = http_.listen(settings.host, settings.port);
  if (settings.metrics_port) metrics_http_.listen(settings.metrics_host, *settings.metrics_port);
}

websocket::ClientServices Server::client_services() {
  return {.loop = product_.loop,
          .hub = product_.hub,
          .authenticator = product_.accounts.authenticator,
          .messages = product_.messages,
          .limits = product_.limits,
          .clock = product_.clock,
          .metrics = product_.metrics,
          .user_json = [this](Identity identity) { return user_of(std::move(identity)); }};
}

void Server::add_routes() {
  auth_.add_to(router_);
  sessions_.add_to(router_);
  users_.add_to(router_);
  admin_.add_to(router_);
  invites_.add_to(router_);
  server_.add_to(router_);
  rooms_.add_to(router_);
  members_.add_to(router_);
  room_links_.add_to(router_);
  api::add_message_endpoints(router_, product_.messages, product_.presence);
  assets_.add_routes(router_);
  api::add_health(router_,
                  {{"store", [this] { return store_reachable(); }},
                   {"bus", [this]() -> Task<bool> { co_return product_.bus.healthy(); }}},
                  [this] { return stopping_; });
  api::add_metrics(metrics_router_, product_.metrics);
  product_.metrics.watch_bus([this] { return product_.bus.healthy(); }, [this] { return product_.bus.links(); });
  product_.metrics.watch_queue("append", [this] { return product_.appender.queued(); });
  product_.metrics.watch_queue("store_reads", [this] { return product_.readers.queued(); });
  product_.metrics.watch_queue("password_hashes", [this] { return product_.hashing.queued(); });
}

Result<void> Server::limit(const api::Request& request) {
  if (request.identity) return product_.limits.request_by_user(request.identity->user_id);
  return product_.limits.request_from(request.client_address);
}

Task<std::string> Server::user_of(Identity identity) {
  const auto user = co_await product_.accounts.directory.find(identity.user_id);
  if (!user) throw StoreUnavailable("the user of a live session is not in the store");
  co_return boost::json::serialize(api::user_json(*user));
}

Task<bool> Server::store_reachable() {
  auto look = [this] { return product_.store.users.is_set_up(); };
  co_await product_.readers.run(std::move(look));
  co_return true;
}

Task<> Server::start() {
  co_await product_.prepare_store();
  if (stopping_) co_return;
  product_.start();
  co_await say_set_up_code();
}

Task<> Server::say_set_up_code() {
  if (settings_.loopback()) co_return;
  const auto status = co_await product_.accounts.sign_up.status();
  if (!status.setup_required) co_return;
  log::warn("no account yet: the first one, the server's admin, needs the set-up code",
            {{"setup_code", setup_code(product_.keys)}});
}

void Server::run() {
  http_.start();
  metrics_http_.start();
  const auto url = settings_.base_url(port_);
  log::info("listening", {{"url", url}, {"docs", url + "/docs"}});
  spawn_logged(product_.loop.executor(), "start", [this] { return start(); });
  product_.loop.run();
  product_.loop.abandon();
  log::info("stopped", {});
}

/// First nothing new comes in; then what is under way gets its answer; then the connections are told.
Task<> Server::stop() {
  stopping_ = true;
  co_await product_.finish();
  co_await connections_.stop();
  co_await http_.stop(kHttpPatience);
  co_await metrics_http_.stop(std::chrono::seconds(0));
  if (control_) control_->stop();
  signals_.cancel();
  product_.loop.stop();
}

/// Work on the store without a server.
Task<> run_and_stop(Product& product, const cli::Operations& operations, cli::Backend::Work work,
                    std::exception_ptr& failure) {
  try {
    co_await product.shared.come_up();
    co_await work(operations);
    co_await product.shared.drain();
  } catch (...) {
    failure = std::current_exception();
  }
  co_await product.finish();
  product.loop.stop();
}

class StoreBackend : public cli::Backend {
 public:
  void serve(const Settings& settings, DataFolder* folder) override { Server(settings, folder).run(); }

  void run_offline(const Settings& settings, DataFolder* folder, Work work) override {
    Product product(settings, folder);
    product.store.prepare();
    const auto operations = product.operations(settings);
    std::exception_ptr failure;
    spawn_logged(product.loop.executor(), "command",
                 [&] { return run_and_stop(product, operations, std::move(work), failure); });
    product.loop.run();
    product.loop.abandon();
    if (failure) std::rethrow_exception(failure);
  }

  void check_database(const std::filesystem::path& file) override { sqlite::check_wholly(file); }
};

}  // namespace
}  // namespace parley

int main(int argc, char** argv) {
  parley::StoreBackend backend;
  return parley::cli::run(argc, argv, backend);
}
