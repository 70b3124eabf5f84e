#include "pubsub/redis/redis_dialer.h"

#include <boost/asio/ip/tcp.hpp>

namespace parley::redis {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

Dialer::Dialer(asio::io_context& context, const RedisAddress& address, const TlsClientContext* tls)
    : context_(context), address_(address), tls_(tls), resolver_(context), deadline_(context) {}

void Dialer::give_up() {
  late_ = true;
  error_code ignored;
  if (connecting_) connecting_->close(ignored);
  if (greeting_) greeting_->close();
}

void Dialer::stop() {
  stopped_ = true;
  resolver_.cancel();
  deadline_.cancel();
  give_up();
}

Task<Dialer::Found> Dialer::resolve() {
  Found found;
  const auto literal = asio::ip::make_address(address_.host, found.error);
  if (!found.error) {
    found.endpoints.emplace_back(literal, address_.port);
    co_return found;
  }
  const auto [error, results] = co_await resolver_.async_resolve(address_.host, std::to_string(address_.port), kAwait);
  found.error = error;
  for (const auto& entry : results) found.endpoints.push_back(entry.endpoint());
  co_return found;
}

Task<Dialer::Dialed> Dialer::connect(Endpoints endpoints) {
  Dialed dialed;
  dialed.failure = "the name has no address";
  for (const auto& endpoint : endpoints) {
    if (late_) break;
    Socket socket(context_);
    error_code error;
    socket.open(asio::generic::stream_protocol(endpoint.protocol()), error);
    if (!error) {
      connecting_ = &socket;
      const Socket::endpoint_type target(endpoint);
      const auto [failed] = co_await socket.async_connect(target, kAwait);
      connecting_ = nullptr;
      error = failed;
    }
    if (!error && !late_) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      dialed.transport = tls_ ? std::make_unique<Transport>(std::move(socket), *tls_, address_.host)
                              : std::make_unique<Transport>(std::move(socket));
      co_return dialed;
    }
    dialed.failure = late_ ? "no answer in time" : error.message();
  }
  co_return dialed;
}

Task<Dialer::Dialed> Dialer::greet(std::unique_ptr<Transport> transport) {
  Dialed dialed;
  greeting_ = transport.get();
  const auto error = co_await transport->handshake();
  greeting_ = nullptr;
  if (!error && !late_) {
    dialed.transport = std::move(transport);
  } else {
    const auto distrust = transport->distrust();
    dialed.failure = !distrust.empty() ? "its certificate is not believed: " + distrust
                     : late_           ? "no answer in time"
                                       : "TLS: " + error.message();
  }
  co_return dialed;
}

Task<Dialer::Dialed> Dialer::dial(std::chrono::milliseconds patience) {
  Dialed dialed;
  late_ = stopped_;
  auto found = co_await resolve();
  if (found.error) {
    dialed.failure = "the name can't be resolved: " + found.error.message();
    co_return dialed;
  }
  deadline_.expires_after(patience);
  deadline_.async_wait([this](error_code error) {
    if (!error) give_up();
  });
  dialed = co_await connect(std::move(found.endpoints));
  if (dialed.transport) dialed = co_await greet(std::move(dialed.transport));
  deadline_.cancel();
  co_return dialed;
}

}  // namespace parley::redis
