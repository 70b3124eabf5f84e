#include "websocket/connections.h"

#include "core/log.h"

namespace parley::websocket {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr int kCloseWithoutCode = 1006;  // RFC 6455 section 7.1.5: neither side gave one
constexpr auto kWatch = std::chrono::seconds(2);
constexpr auto kStopTimeout = std::chrono::seconds(3);

/// The connection ends for what the client did.
bool is_of_the_client(CloseCode code) {
  switch (code) {
    case CloseCode::protocol_error:
    case CloseCode::unsupported_data:
    case CloseCode::invalid_payload:
    case CloseCode::message_too_big:
    case CloseCode::too_slow:
    case CloseCode::flooding:
      return true;
    default:
      return false;
  }
}

}  // namespace

Connections::Connections(EventLoop& loop, ClientServices services, Settings settings, Metrics& metrics)
    : loop_(loop),
      services_(std::move(services)),
      settings_(settings),
      metrics_(metrics),
      read_buffer_(kReadBuffer),
      timer_(loop.context()) {
  watch();
}

void Connections::open(Handover handover) {
  const auto connection = std::make_shared<Connection>(*this, std::move(handover.transport), settings_.queue_bound);
  log::debug("connection opened", {{"conn", handover.request_id}, {"user", handover.identity.user_id}});
  all_.insert(connection);
  by_user_[handover.identity.user_id].push_back(connection.get());
  metrics_.websocket_connections.add(1);
  metrics_.websocket_connections_total.add();
  auto session = std::make_unique<ClientSession>(*connection, services_, std::move(handover.identity),
                                                 std::move(handover.request_id));
  connection->start(std::move(session), std::move(handover.leftover));
  if (stopping_) connection->close(CloseCode::going_away, "The server is shutting down.");
}

std::vector<std::shared_ptr<Connection>> Connections::of_user(const std::string& user_id) const {
  std::vector<std::shared_ptr<Connection>> found;
  const auto it = by_user_.find(user_id);
  if (it == by_user_.end()) return found;
  for (auto* connection : it->second) found.push_back(connection->shared_from_this());
  return found;
}

void Connections::end_session(const std::string& user_id, const EndedSession& ended) {
  for (const auto& connection : of_user(user_id)) {
    if (connection->session().identity().session_id != ended.session_id) continue;
    connection->session().close_ended(ended.account_disabled);
  }
}

void Connections::on_closing(const std::shared_ptr<Connection>& connection, CloseCode code) {
  const auto& user_id = connection->session().identity().user_id;
  log::write(is_of_the_client(code) ? log::Level::info : log::Level::debug, "connection closing",
             {{"conn", connection->session().id()}, {"user", user_id}, {"code", static_cast<int>(code)}});
  metrics_.count_close(code == CloseCode::no_status ? kCloseWithoutCode : static_cast<int>(code));
  connection->session().end();
  const auto it = by_user_.find(user_id);
  if (it == by_user_.end()) return;
  std::erase(it->second, connection.get());
  if (it->second.empty()) by_user_.erase(it);
}

void Connections::on_closed(const std::shared_ptr<Connection>& connection) {
  all_.erase(connection);
  metrics_.websocket_connections.add(-1);
}

void Connections::watch() {
  timer_.expires_after(kWatch);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    look_after_all();
    watch();
  });
}

void Connections::look_after_all() {
  const auto now = std::chrono::steady_clock::now();
  // Nothing below changes all_ before it returns: what ends is posted.
  for (const auto& connection : all_) {
    connection->check_alive(now);
    if (connection->is_open() && connection->session().has_expired()) {
      connection->close(CloseCode::signed_out, "The token has ended.");
    }
  }
}

Task<> Connections::stop() {
  stopping_ = true;
  for (const auto& connection : all_) {
    connection->flush();  // closing drops what has not been begun: the answers of this very turn
    connection->close(CloseCode::going_away, "The server is shutting down.");
  }
  const auto end = std::chrono::steady_clock::now() + kStopTimeout;
  while (!all_.empty() && std::chrono::steady_clock::now() < end) co_await sleep_for(std::chrono::milliseconds(5));
  timer_.cancel();
}

}  // namespace parley::websocket
