#include "cli/health_probe.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>

#include "core/tls_client_context.h"
#include "core/transport.h"

namespace parley::cli {
namespace {

namespace http = boost::beast::http;
using boost::json::object;
using boost::system::error_code;

constexpr std::size_t kMostAnswerBytes = 64 * 1024;

/// Where a server that listens on `host` is reached from here: "all addresses" is none.
asio::ip::address address_of(const std::string& host) {
  auto address = asio::ip::make_address(host);
  if (!address.is_unspecified()) return address;
  return address.is_v6() ? asio::ip::address(asio::ip::address_v6::loopback())
                         : asio::ip::address(asio::ip::address_v4::loopback());
}

std::string url_of(const asio::ip::tcp::endpoint& endpoint, const Settings& settings, Health health) {
  const auto address = endpoint.address().to_string();
  return std::string(settings.tls() ? "https://" : "http://") +
         (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port()) +
         (health == Health::ready ? "/readyz" : "/healthz");
}

/// The conversation. What is in it when the patience ends is told.
struct Exchange {
  std::optional<TlsClientContext> tls{};
  std::unique_ptr<Transport> transport{};
  std::string answer{};
  error_code error = asio::error::timed_out;
};

Task<error_code> converse(Exchange& exchange, std::string request) {
  if (const auto error = co_await exchange.transport->handshake()) co_return error;
  if (const auto error = co_await exchange.transport->write(asio::buffer(request))) co_return error;
  char buffer[4096];
  while (exchange.answer.size() < kMostAnswerBytes) {
    const auto moved = co_await exchange.transport->read_some(asio::buffer(buffer));
    if (moved.error == asio::error::eof) co_return error_code();
    if (moved.error) co_return moved.error;
    exchange.answer.append(buffer, moved.bytes);
  }
  co_return asio::error::message_size;
}

Task<> ask(Exchange& exchange, asio::io_context& context, asio::ip::tcp::endpoint endpoint, std::string path) {
  Transport::Socket socket(context);
  const asio::generic::stream_protocol::endpoint target(endpoint);
  const auto [failed] = co_await socket.async_connect(target, kAwait);
  exchange.error = failed;
  if (failed) co_return;
  exchange.error = asio::error::timed_out;
  exchange.transport = exchange.tls ? std::make_unique<Transport>(std::move(socket), *exchange.tls, "localhost")
                                    : std::make_unique<Transport>(std::move(socket));
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  exchange.error = co_await converse(exchange, std::move(request));
}

std::string unavailable_parts(const boost::json::value& body) {
  std::string parts;
  const auto* checks = body.is_object() ? body.get_object().if_contains("checks") : nullptr;
  if (checks == nullptr || !checks->is_object()) return parts;
  for (const auto& [name, state] : checks->get_object()) {
    if (state != "ok") parts += (parts.empty() ? ": " : ", ") + std::string(name) + " unavailable";
  }
  return parts;
}

Result<object> judge(const std::string& answer, const std::string& url) {
  http::parser<false, http::string_body> parser;
  parser.eager(true);
  error_code error;
  parser.put(asio::buffer(answer), error);
  const auto body = boost::json::parse(parser.get().body(), error);
  if (error || !body.is_object()) {
    return refuse(Code::not_found, "what answers at " + url + " is no Parley server");
  }
  if (parser.get().result() == http::status::ok) return body.get_object();
  return refuse(Code::store_unavailable, url + " says that it is not ready" + unavailable_parts(body));
}

}  // namespace

Result<object> probe_health(const Settings& settings, Health health, std::chrono::milliseconds patience) {
  if (settings.port == 0) return refuse(Code::bad_request, "PORT is 0: the server's log says which port it took");
  const asio::ip::tcp::endpoint endpoint(address_of(settings.host), settings.port);
  const auto url = url_of(endpoint, settings, health);
  asio::io_context context;
  Exchange exchange;
  // It asks itself, by a name that its certificate does not have.
  if (settings.tls()) exchange.tls.emplace(TlsClientContext::Trust::anybody);
  const std::string path = health == Health::ready ? "/readyz" : "/healthz";
  spawn_logged(context.get_executor(), "health", [&] { return ask(exchange, context, endpoint, path); });
  context.run_for(patience);
  if (exchange.transport) exchange.transport->close();
  if (exchange.error == asio::error::timed_out) return refuse(Code::busy, "no answer from " + url + " in time");
  if (exchange.error) return refuse(Code::not_found, "no server answers at " + url + ": " + exchange.error.message());
  return judge(exchange.answer, url);
}

}  // namespace parley::cli
