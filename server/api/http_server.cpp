#include "api/http_server.h"

#include <algorithm>
#include <stdexcept>

#include "api/response_text.h"
#include "api/security_headers.h"
#include "core/error.h"
#include "core/log.h"
#include "core/metrics.h"

namespace parley::api {
namespace {

namespace ip = asio::ip;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::size_t kDescriptorsKept = 64;  ///< for the store, logs and outgoing links
constexpr auto kBackOff = 100ms;
constexpr auto kComplaints = 10s;  ///< at most one line in this time
constexpr int kRefusedAtOnce = 64;
constexpr int kComeAgain = 5;  ///< seconds

/// The one connection failed before it was accepted (accept(2)); the listener is well.
bool is_of_peer(const error_code& error) {
  return error == asio::error::connection_aborted || error == asio::error::connection_reset ||
         error == asio::error::interrupted || error == boost::system::errc::protocol_error ||
         error == boost::system::errc::operation_not_permitted;
}

std::size_t connection_limit(std::size_t wanted) {
  const std::size_t descriptors = descriptor_limit();
  const std::size_t possible = descriptors > 2 * kDescriptorsKept ? descriptors - kDescriptorsKept : descriptors / 2;
  return std::min(wanted, possible);
}

/// One line that a person can act on.
std::runtime_error listen_failure(const std::string& address, std::uint16_t port, const error_code& error) {
  const auto where =
      (address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" + std::to_string(port);
  if (error == asio::error::address_in_use) {
    return std::runtime_error("can't listen on " + where + ": another program uses the port");
  }
  return std::runtime_error("can't listen on " + where + ": " + error.message());
}

/// To who comes when there is no room: before anything of the request was read.
std::string full_answer() {
  auto response = problem(Error{Code::busy, "The server has no room for more connections.", {}, kComeAgain}, {});
  add_security_headers(response, false);
  return response_head(response, {.close = true}).append(body_of(response));
}

/// In `set` for as long as this exists.
class Listed {
 public:
  using Set = std::shared_ptr<std::unordered_set<HttpConnection*>>;
  Listed(Set set, HttpConnection* item) : set_(std::move(set)), item_(item) { set_->insert(item_); }
  ~Listed() { set_->erase(item_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  Set set_;
  HttpConnection* item_;
};

}  // namespace

HttpServer::HttpServer(EventLoop& loop, Edge& edge, HttpLimits limits, const TlsContext* tls, Metrics* metrics)
    : loop_(loop), edge_(edge), limits_(limits), tls_(tls), metrics_(metrics) {
  limits_.connections = connection_limit(limits.connections);
  few_descriptors_ = limits_.connections < limits.connections;
}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::listen(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto parsed = ip::make_address(address, error);
  if (error) throw std::runtime_error("can't listen on " + address + ": not an IP address");
  const ip::tcp::endpoint endpoint(parsed, port);
  auto acceptor = std::make_shared<Acceptor>(loop_.context().get_executor());
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (!error) acceptor->non_blocking(true, error);
  if (error) throw listen_failure(address, port, error);
  acceptors_.push_back(acceptor);
  return acceptor->local_endpoint().port();
}

void HttpServer::start() {
  for (const auto& acceptor : acceptors_) {
    spawn_logged(loop_.executor(), "accept", [this, acceptor] { return accept_loop(acceptor); });
  }
}

Task<> HttpServer::accept_loop(std::shared_ptr<Acceptor> acceptor) {
  while (acceptor->is_open()) {
    auto [error, socket] = co_await acceptor->async_accept(kAwait);
    if (error == asio::error::operation_aborted || is_of_peer(error)) continue;
    if (error) {
      co_await turn_away(acceptor, error);
    } else {
      accepted(std::move(socket));
    }
  }
}

bool HttpServer::may_complain() {
  const auto now = std::chrono::steady_clock::now();
  if (now - complained_ < kComplaints) return false;
  complained_ = now;
  return true;
}

/// Out of descriptors, or of memory for them. Those who are connected chat on; who comes now is turned away at
/// once; soon it is tried again.
Task<> HttpServer::turn_away(std::shared_ptr<Acceptor> acceptor, error_code why) {
  if (may_complain()) log::error("can't accept connections, new ones are refused", {{"reason", why.message()}});
  spare_.give_up();
  for (int i = 0; i < kRefusedAtOnce; ++i) {
    error_code error;
    auto refused = acceptor->accept(error);
    if (error) break;
    refused.close(error);
    if (metrics_) metrics_->http_connections_refused.add();
  }
  spare_.take_back();
  co_await sleep_for(kBackOff);
}

std::shared_ptr<const void> HttpServer::lease() {
  ++*open_;
  // The count outlives the server: a WebSocket may be destroyed after it.
  return std::shared_ptr<const void>(nullptr, [count = open_](const void*) { --*count; });
}

/// Nothing that goes wrong with one connection may end the listener.
void HttpServer::accepted(Socket socket) {
  try {
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (!error) begin(std::move(socket), endpoint);  // else it has gone already
  } catch (const std::exception& e) {
    log::error("a connection could not be set up", {{"reason", e.what()}});
  }
}

void HttpServer::begin(Socket socket, const ip::tcp::endpoint& endpoint) {
  error_code ignored;
  socket.set_option(ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  Peer peer{canonical_address(endpoint.address().to_string()), tls_ != nullptr};
  auto transport =
      tls_ ? std::make_unique<Transport>(std::move(socket), *tls_) : std::make_unique<Transport>(std::move(socket));
  if (*open_ >= limits_.connections) return refuse(*transport);
  transport->hold(lease());
  auto connection = std::make_shared<HttpConnection>(std::move(transport), std::move(peer), edge_, limits_);
  spawn_logged(loop_.executor(), "http connection", [this, connection] { return serve(connection); });
}

void HttpServer::refuse(Transport& transport) {
  if (may_complain()) {
    log::warn("too many connections, new ones are refused",
              {{"open", *open_}, {"bounded_by", few_descriptors_ ? "descriptors" : "the limit of connections"}});
  }
  if (metrics_) metrics_->http_connections_refused.add();
  const auto text = full_answer();
  const auto answer = asio::buffer(text);
  if (!transport.is_tls()) transport.write_now({&answer, 1});
  transport.shutdown_send();
  transport.close();
}

Task<> HttpServer::serve(std::shared_ptr<HttpConnection> connection) {
  const Listed listed(connections_, connection.get());
  if (metrics_) metrics_->http_connections.set(static_cast<std::int64_t>(connections_->size()));
  co_await connection->run();
  if (metrics_) metrics_->http_connections.set(static_cast<std::int64_t>(connections_->size()) - 1);
}

Task<> HttpServer::wait_until_empty(std::chrono::steady_clock::duration patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!connections_->empty() && std::chrono::steady_clock::now() < end) co_await sleep_for(10ms);
}

void HttpServer::stop_accepting() {
  for (const auto& acceptor : acceptors_) {
    error_code ignored;
    acceptor->close(ignored);
  }
}

Task<> HttpServer::stop(std::chrono::steady_clock::duration patience) {
  stop_accepting();
  const std::vector<HttpConnection*> present(connections_->begin(), connections_->end());
  for (auto* connection : present) connection->finish();
  co_await wait_until_empty(patience);
  const std::vector<HttpConnection*> late(connections_->begin(), connections_->end());
  if (!late.empty()) log::warn("closing requests that did not finish", {{"count", late.size()}});
  for (auto* connection : late) connection->abort();
  co_await wait_until_empty(1s);
}

}  // namespace parley::api
