#include "api/http_connection.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::api {
namespace {

constexpr std::size_t kScratch = 64 * 1024;
constexpr std::size_t kDrain = 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// One buffer for the reads of all connections: nothing is awaited between the read and its use.
asio::mutable_buffer scratch() {
  static thread_local std::array<char, kScratch> bytes;
  return asio::buffer(bytes);
}

}  // namespace

HttpConnection::HttpConnection(std::unique_ptr<Transport> transport, Peer peer, Edge& edge, const HttpLimits& limits)
    : transport_(std::move(transport)),
      peer_(std::move(peer)),
      edge_(edge),
      limits_(limits),
      reader_(limits.head),
      deadline_(transport_->executor(), [this] { transport_->cancel(); }) {}

void HttpConnection::finish() {
  finishing_ = true;
  if (idle_ && transport_) transport_->cancel();
}

void HttpConnection::abort() {
  finishing_ = true;
  if (transport_) transport_->close();
}

Task<> HttpConnection::run() {
  const auto self = shared_from_this();
  deadline_.set(limits_.times.handshake);
  const auto failed = co_await transport_->handshake();
  if (failed) {
    transport_->close();
    co_return;
  }
  bool more = true;
  while (more) more = co_await serve_one();
  deadline_.clear();
  if (lingers_) co_await drain();
  if (transport_) transport_->close();
}

Task<bool> HttpConnection::serve_one() {
  const bool has_head = co_await receive_head();
  if (!has_head) co_return false;
  if (edge_.is_websocket(reader_.head().request)) {
    co_await upgrade();
    co_return false;
  }
  const bool has_body = co_await receive_body();
  if (!has_body) co_return false;

  deadline_.clear();
  const auto method = reader_.head().method;
  const bool keep_alive = reader_.head().keep_alive;
  Request request = reader_.take();
  auto response = co_await edge_.answer(method, std::move(request));
  const Delivery delivery{.close = !keep_alive || finishing_, .without_body = method == Method::head};
  const bool sent = co_await send(std::move(response), delivery);
  // Who pipelines a thousand requests takes turns with everybody else.
  if (sent && reader_.in_request()) co_await asio::post(transport_->executor(), asio::use_awaitable);
  co_return sent && !delivery.close;
}

Task<bool> HttpConnection::receive_head() {
  deadline_.set(reader_.in_request() ? limits_.times.head : limits_.times.idle);
  for (;;) {
    const auto event = reader_.next();
    if (!event) co_return co_await refuse_request(event.error());
    if (*event == RequestReader::Event::head) break;
    const bool begun = reader_.in_request();
    if (finishing_ && !begun) co_return false;
    idle_ = !begun;
    const bool received = co_await receive_some();
    idle_ = false;
    if (!received && deadline_.expired() && begun) co_return co_await refuse_request(refuse(Code::request_timeout));
    if (!received) co_return false;
    if (!begun) deadline_.set(limits_.times.head);
  }
  edge_.introduce(reader_.head().request, peer_);
  co_return true;
}

Task<bool> HttpConnection::receive_body() {
  const auto accepted = reader_.accept_body(edge_.body_limit(reader_.head()));
  if (!accepted) co_return co_await refuse_request(accepted.error());
  deadline_.set(limits_.times.body);
  bool may_continue = reader_.head().expects_continue;
  for (;;) {
    const auto event = reader_.next();
    if (!event) co_return co_await refuse_request(event.error());
    if (*event == RequestReader::Event::request) co_return true;
    if (may_continue) {
      may_continue = false;
      const bool offered = co_await write(kContinue, {});
      if (!offered) co_return false;
    }
    const bool received = co_await receive_some();
    if (received) continue;
    if (deadline_.expired()) co_return co_await refuse_request(refuse(Code::request_timeout));
    co_return false;
  }
}

Task<bool> HttpConnection::receive_some() {
  const auto failed = co_await transport_->readable();
  if (failed || deadline_.expired()) co_return false;
  const auto buffer = scratch();
  const auto moved = transport_->read_now(buffer);
  if (moved.error == asio::error::would_block) co_return true;
  if (moved.error) co_return false;
  reader_.feed({static_cast<const char*>(buffer.data()), moved.bytes});
  co_return true;
}

/// Always false: there is no request. The answer is sent as far as it goes.
Task<bool> HttpConnection::refuse_request(Error error) {
  Request& request = reader_.head().request;
  if (request.request_id.empty()) edge_.introduce(request, peer_);
  auto response = edge_.refusal(error, request);
  const Delivery delivery{.close = true, .without_body = reader_.head().method == Method::head};
  co_await send(std::move(response), delivery);
  co_return false;
}

Task<> HttpConnection::upgrade() {
  if (finishing_) {
    co_await refuse_request(refuse(Code::shutting_down));
    co_return;
  }
  RequestHead head = std::move(reader_.head());
  Upgrade upgrade{nullptr, reader_.take_rest(), {}, head.request.client_address, head.request.request_id};
  const Delivery delivery{.close = true, .without_body = head.method == Method::head};
  auto admission = co_await edge_.admit(std::move(head));
  if (auto* refused = std::get_if<Response>(&admission)) {
    co_await send(std::move(*refused), delivery);
    co_return;
  }
  auto& admitted = std::get<Edge::Admitted>(admission);
  const bool sent = co_await write(admitted.switching, {});
  if (!sent) co_return;
  deadline_.clear();
  upgrade.identity = std::move(admitted.identity);
  upgrade.transport = std::move(transport_);
  edge_.hand_over(std::move(upgrade));
}

Task<bool> HttpConnection::send(Response response, Delivery delivery) {
  const auto head = response_head(response, delivery);
  const bool bare = delivery.without_body || response.status == 204 || response.status == 304;
  const bool sent = co_await write(head, bare ? std::string_view() : body_of(response));
  lingers_ = sent && delivery.close;
  co_return sent;
}

Task<bool> HttpConnection::write(std::string_view head, std::string_view body) {
  std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(body)};
  while (buffers[0].size() + buffers[1].size() != 0) {
    const std::span<const asio::const_buffer> rest(buffers.data() + (buffers[0].size() == 0 ? 1 : 0), buffers.end());
    const auto moved = transport_->write_now(rest);
    const auto of_head = std::min(moved.bytes, buffers[0].size());
    buffers[0] += of_head;
    buffers[1] += moved.bytes - of_head;
    if (moved.error && moved.error != asio::error::would_block) co_return false;
    if (moved.error) {
      deadline_.set(limits_.times.stalled);
      const auto failed = co_await transport_->writable();
      if (failed || deadline_.expired()) co_return false;
    }
  }
  co_return true;
}

/// A close with unread input resets the connection, and the peer may never see the answer (RFC 9112 section 9.6):
/// so say that this was all, and take what still comes for a while.
Task<> HttpConnection::drain() {
  transport_->shutdown_send();
  deadline_.set(limits_.times.linger);
  for (std::size_t taken = 0; taken < kDrain;) {
    const auto failed = co_await transport_->readable();
    if (failed || deadline_.expired()) break;
    const auto moved = transport_->read_now(scratch());
    if (moved.error && moved.error != asio::error::would_block) break;
    taken += moved.bytes;
  }
  deadline_.clear();
}

}  // namespace parley::api
