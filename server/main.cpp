#include <boost/asio/steady_timer.hpp>
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
#include "core/log.h"
#include "core/metrics.h"
#include "core/stop_signals.h"
#include "core/tls_context.h"
#include "models/state_change.h"
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
#include "services/profile_hints.h"
#include "services/rooms.h"
#include "services/secret_keys.h"
#include "streams/bus_link.h"
#include "websocket/connections.h"
#include "websocket/encoder.h"

namespace parley {
namespace {

// The io thread needs a core; the pools block on the disk, or run when the io thread leaves the core.
constexpr std::size_t kReaders = 4;
constexpr std::size_t kMaxReads = 10000;
constexpr std::size_t kMaxWrites = 1000;
constexpr std::size_t kHashers = 2;
constexpr std::size_t kMaxHashes = 500;
constexpr std::size_t kBatchesInFlight = 1;  // SQLite has one writer

constexpr auto kHttpPatience = std::chrono::seconds(3);
constexpr auto kHousekeeping = std::chrono::hours(1);

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// Everything that is stored, in the data folder's SQLite file.
struct SqliteStore {
  explicit SqliteStore(const std::filesystem::path& file) : database(file), snapshots(file) {
    rooms.drop_unused_claims();
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

/// The product without its edges: what the server and the command line both work with. Made in the order of the
/// members. Before it goes, the loop has ended, and abandon() has let go of what still referred to it.
class Product {
 public:
  Product(const Settings& settings, const DataFolder& folder)
      : store(folder.database()),
        keys(settings.secret_key),
        limits(settings.limits, clock),
        accounts({store.users, store.sessions, store.access_tokens, store.invites, readers, clock}, hashing, keys,
                 limits, sign_up_policy(settings), account_events()),
        rooms({loop, appender, states, store.streams, store.rooms, store.users, readers, clock}, accounts.invites) {
    hub.observe(&presence);
  }

  cli::Operations operations(const Settings& settings) {
    return cli::service_operations(accounts, rooms, readers, settings.base_url(),
                                   [this](const std::filesystem::path& target) { store.snapshots.write(target); });
  }

  /// Refuses new entries, waits for what is under way, and ends the timers.
  Task<> finish() {
    co_await rooms.notices.drain(std::chrono::seconds(1));
    co_await appender.drain();
    rooms.purge.stop();
    presence.stop();
    store.snapshots.cancel();
  }

  Clock clock;
  Metrics metrics;
  EventLoop loop;
  SqliteStore store;
  WorkerPool writer{"store-writer", 1, kMaxWrites};
  WorkerPool readers{"store", kReaders, kMaxReads};
  WorkerPool hashing{"hashing", kHashers, kMaxHashes, WorkerPool::Priority::idle};
  LocalBus local_bus;
  LocalPubSub bus{local_bus};
  StreamStates states{store.streams, store.rooms, readers, Writers::only_this_process};
  Hub hub{loop, store.streams, states, readers, bus, websocket::text_frame};
  BusLink bus_link{bus, states, hub, [this](const Entry& entry) { on_entry(entry); }};
  Appender appender{
      loop,
      {store.streams, writer, kBatchesInFlight},
      states,
      bus_link,
      clock,
      {.on_batch = [this](std::size_t entries, std::chrono::nanoseconds took) { on_batch(entries, took); },
       .on_appended = [this](std::chrono::nanoseconds took) { metrics.append_seconds.observe(seconds(took)); }}};
  PresenceService presence{loop, states, [this](const auto& stream, auto json) { hub.broadcast(stream, json); }};
  ProfileHints profile_hints{store.rooms, readers, bus_link};
  SecretKeys keys;
  RateLimits limits;
  MessageService messages{{appender, states, store.streams, readers, bus_link}, limits};
  Accounts accounts;
  Rooms rooms;
  websocket::Connections* connections = nullptr;  ///< the server's; the command line has none

 private:
  SignUp::Policy sign_up_policy(const Settings& settings) const {
    SignUp::Policy policy{.registration = settings.registration};
    if (!settings.loopback()) policy.setup_code = setup_code(keys);
    return policy;
  }

  AccountEvents account_events();
  void on_entry(const Entry& entry);
  void on_batch(std::size_t entries, std::chrono::nanoseconds took);
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
    rooms.notices.session_ended(user_id, username, session_id);
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

/// Of entries from every instance: so a session that was ended anywhere ends here.
void Product::on_entry(const Entry& entry) {
  metrics.entries.add();
  if (entry.kind == kind::message) metrics.messages.add();
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
  Server(const Settings& settings, const DataFolder& folder);

  /// Returns when it has stopped as asked.
  void run();

 private:
  websocket::ClientServices client_services();
  void add_routes();
  Result<void> limit(const api::Request& request);
  Task<std::string> user_of(Identity identity);
  Task<bool> store_reachable();
  void say_where();
  void keep_house();
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
  cli::ControlServer control_;
  boost::asio::steady_timer housekeeping_;
  StopSignals signals_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
};

std::unique_ptr<TlsContext> tls_of(const Settings& settings) {
  if (!settings.tls()) return nullptr;
  return std::make_unique<TlsContext>(settings.tls_cert.string(), settings.tls_key.string());
}

Server::Server(const Settings& settings, const DataFolder& folder)
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
      control_(product_.loop.executor(), folder.control_socket(), commands_),
      housekeeping_(product_.loop.context()),
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

void Server::say_where() {
  const auto url = settings_.base_url(port_);
  log::info("listening", {{"url", url}, {"docs", url + "/docs"}});
  if (!settings_.loopback()) {
    spawn_logged(product_.loop.executor(), "set-up code", [this] {
      const auto say = [](Server& self) -> Task<> {
        const auto status = co_await self.product_.accounts.sign_up.status();
        if (!status.setup_required) co_return;
        log::warn("no account yet: the first one, the server's admin, needs the set-up code",
                  {{"setup_code", setup_code(self.product_.keys)}});
      };
      return say(*this);
    });
  }
}

void Server::keep_house() {
  spawn_logged(product_.loop.executor(), "housekeeping", [this] { return product_.accounts.purge(); });
  housekeeping_.expires_after(kHousekeeping);
  housekeeping_.async_wait([this](boost::system::error_code error) {
    if (!error) keep_house();
  });
}

void Server::run() {
  http_.start();
  metrics_http_.start();
  product_.rooms.purge.resume();
  keep_house();
  say_where();
  product_.loop.run();
  product_.loop.abandon();
  log::info("stopped", {});
}

/// First nothing new comes in; then what is under way gets its answer; then the connections are told.
Task<> Server::stop() {
  stopping_ = true;
  housekeeping_.cancel();
  co_await product_.finish();
  co_await connections_.stop();
  co_await http_.stop(kHttpPatience);
  co_await metrics_http_.stop(std::chrono::seconds(0));
  control_.stop();
  signals_.cancel();
  product_.loop.stop();
}

/// Work on the store without a server.
Task<> run_and_stop(Product& product, const cli::Operations& operations, cli::Backend::Work work,
                    std::exception_ptr& failure) {
  try {
    co_await work(operations);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await product.finish();
  product.loop.stop();
}

class SqliteBackend : public cli::Backend {
 public:
  void serve(const Settings& settings, DataFolder& folder) override { Server(settings, folder).run(); }

  void run_offline(const Settings& settings, DataFolder& folder, Work work) override {
    Product product(settings, folder);
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
  parley::SqliteBackend backend;
  return parley::cli::run(argc, argv, backend);
}
