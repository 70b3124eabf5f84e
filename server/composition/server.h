#pragma once

#include <memory>

#include "api/admin_endpoints.h"
#include "api/assets.h"
#include "api/auth_endpoints.h"
#include "api/edge.h"
#include "api/http_server.h"
#include "api/invite_endpoints.h"
#include "api/links.h"
#include "api/member_endpoints.h"
#include "api/room_endpoints.h"
#include "api/room_link_endpoints.h"
#include "api/server_endpoint.h"
#include "api/session_endpoints.h"
#include "api/user_endpoints.h"
#include "cli/control_server.h"
#include "composition/product.h"
#include "core/stop_signals.h"
#include "core/tls_context.h"

namespace parley {

/// The product behind its edges: HTTP, WebSocket, metrics, the control socket, signals.
class Server {
 public:
  Server(const Settings& settings, const DataFolder* folder);

  /// Returns when it has stopped as asked.
  void run();

 private:
  websocket::ClientServices client_services();
  void add_routes();
  Task<Result<Identity>> identify(std::string token, std::string address);
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

}  // namespace parley
