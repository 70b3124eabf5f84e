#include "composition/server.h"

#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/health.h"
#include "api/message_endpoints.h"
#include "core/log.h"

namespace parley {

namespace {

constexpr auto kHttpPatience = std::chrono::seconds(3);

std::unique_ptr<TlsContext> tls_of(const Settings& settings) {
  if (!settings.tls()) return nullptr;
  return std::make_unique<TlsContext>(settings.tls_cert.string(), settings.tls_key.string());
}

std::unique_ptr<cli::ControlServer> control_of(EventLoop& loop, const DataFolder* folder, cli::Commands& commands) {
  if (folder == nullptr) return nullptr;
  return std::make_unique<cli::ControlServer>(loop.executor(), folder->control_socket(), commands);
}

}  // namespace

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
             .authenticate = [this](std::string token,
                                    std::string address) { return identify(std::move(token), std::move(address)); },
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

Task<Result<Identity>> Server::identify(std::string token, std::string address) {
  auto may_ask = [this, address = std::move(address)] { return product_.limits.request_left(address); };
  return product_.accounts.authenticator.authenticate(std::move(token), std::move(may_ask));
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
  const auto here = co_await product_.accounts.sign_up.status(Caller::this_machine);
  if (!here.setup_required) co_return;
  const auto code = setup_code(product_.keys);
  if (here.setup_code_required) {
    log::warn("no account yet: the first one, the server's admin, needs the set-up code", {{"setup_code", code}});
  } else {
    log::info("no account yet: make the first one, the server's admin, on this machine, or with the set-up code",
              {{"setup_code", code}});
  }
}

void Server::run() {
  http_.start();
  metrics_http_.start();
  const auto url = settings_.base_url(port_);
  log::info("listening", {{"url", url}, {"docs", url + "/docs"}});
  spawn_logged(product_.loop.executor(), "start", [this] { return start(); });
  product_.loop.run();
  product_.abandon();
  log::info("stopped", {});
}

/// First nothing new comes in; then what is under way gets its answer; then the connections are told.
Task<> Server::stop() {
  stopping_ = true;
  http_.stop_accepting();
  co_await product_.finish();
  co_await connections_.stop();
  co_await http_.stop(kHttpPatience);
  co_await metrics_http_.stop(std::chrono::seconds(0));
  if (control_) control_->stop();
  signals_.cancel();
  product_.loop.stop();
}

}  // namespace parley
