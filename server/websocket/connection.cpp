#include "websocket/connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "websocket/client_session.h"
#include "websocket/connections.h"
#include "websocket/encoder.h"

namespace parley::websocket {
namespace {

// A connection gives way to the others after so many reads of the shared buffer's size.
constexpr int kReadsAtOnce = 4;

CloseCode answer_to(const Event& event) {
  return may_be_sent(event.code) ? event.code : CloseCode::no_status;
}

}  // namespace

Connection::Connection(Connections& owner, std::unique_ptr<Transport> transport, std::size_t queue_bound)
    : owner_(owner),
      transport_(std::move(transport)),
      queue_(queue_bound),
      queue_bound_(queue_bound),
      heard_(std::chrono::steady_clock::now()) {}

Connection::~Connection() = default;

void Connection::start(std::unique_ptr<ClientSession> session, std::string leftover) {
  session_ = std::move(session);
  held_ = std::move(leftover);
  session_->start();
  take_held();
}

const std::string& Connection::user_id() const {
  return session_->identity().user_id;
}
const std::string& Connection::username() const {
  return session_->identity().username;
}
void Connection::subscription_ended(const std::string& stream) {
  session_->forget_subscription(stream);
}

// --- reading

void Connection::wait_readable() {
  if (waiting_readable_ || state_ == State::closed) return;
  if (paused_ && state_ == State::open) return;
  waiting_readable_ = true;
  transport_->wait_readable([self = shared_from_this()](boost::system::error_code error) {
    self->waiting_readable_ = false;
    if (!error) self->on_readable();
  });
}

void Connection::on_readable() {
  for (int i = 0; i < kReadsAtOnce; ++i) {
    if (!read_once()) break;
  }
  wait_readable();
}

bool Connection::read_once() {
  if (state_ == State::closed || (paused_ && state_ == State::open)) return false;
  const auto buffer = owner_.read_buffer();
  const auto moved = transport_->read_now({buffer.data(), buffer.size()});
  if (moved.bytes > 0) {
    heard_ = std::chrono::steady_clock::now();
    pinged_ = false;
    owner_.metrics().websocket_received_bytes.add(moved.bytes);
    take(buffer.first(moved.bytes));
  }
  if (moved.error && moved.error != asio::error::would_block) {
    end();
    return false;
  }
  return moved.bytes == buffer.size();
}

void Connection::take(std::span<char> input) {
  taking_ = true;
  while (state_ == State::open && !paused_) {
    const auto event = decoder_.next(input);
    if (event.kind == Event::Kind::need_more) break;
    on_event(event);
  }
  taking_ = false;
  if (state_ == State::open && !input.empty()) held_.assign(input.data(), input.size());
}

void Connection::take_held() {
  if (!held_.empty() && state_ == State::open && !paused_) {
    auto input = std::exchange(held_, {});
    take(input);
  }
  wait_readable();
}

void Connection::resume() {
  paused_ = false;
  if (taking_ || state_ != State::open) return;
  // Not at once: whoever resumes is in the middle of something.
  asio::post(transport_->executor(), [self = shared_from_this()] { self->take_held(); });
}

void Connection::on_event(const Event& event) {
  switch (event.kind) {
    case Event::Kind::text:
      return session_->on_message(event.payload);
    case Event::Kind::ping:
      return send(pong_frame(event.payload));
    case Event::Kind::close:
      return begin_closing(answer_to(event), {});
    case Event::Kind::error:
      return begin_closing(event.code, event.payload);
    case Event::Kind::pong:
    case Event::Kind::need_more:
      return;
  }
}

// --- writing

void Connection::send(Frame frame) {
  if (state_ != State::open) return;
  // Too much for one turn is not yet a peer that is too slow: it was offered nothing.
  if (!queue_.fits(frame) && !waiting_writable_) write_pending();
  if (state_ != State::open) return;
  switch (queue_.push(std::move(frame))) {
    case SendStatus::overflowed:
      return begin_closing(CloseCode::too_slow, "Too slow: read faster, then resume.");
    case SendStatus::closed:
      return;
    case SendStatus::sent:
    case SendStatus::queued:
      break;
  }
  owner_.loop().flush_later(shared_from_this());
}

void Connection::deliver(const Frame& frame) {
  owner_.metrics().deliveries.add();
  send(frame);
}

void Connection::send_text(std::string_view json) {
  send(text_frame(json));
}

void Connection::flush() {
  if (state_ != State::closed && !waiting_writable_) write_pending();
}

void Connection::write_pending() {
  std::array<asio::const_buffer, SendQueue::kMaxGather> buffers;
  while (!queue_.empty()) {
    const auto moved = transport_->write_now(queue_.gather(buffers));
    queue_.consumed(moved.bytes);
    owner_.metrics().websocket_sent_bytes.add(moved.bytes);
    if (moved.error && moved.error != asio::error::would_block) return end();
    if (queue_.blocked()) {
      wake_drained();
      return wait_writable();
    }
  }
  wake_drained();
  sent_everything();
}

void Connection::wait_writable() {
  if (waiting_writable_) return;
  waiting_writable_ = true;
  transport_->wait_writable([self = shared_from_this()](boost::system::error_code error) {
    self->waiting_writable_ = false;
    if (!error && self->state_ != State::closed) self->write_pending();
  });
}

Task<bool> Connection::drained() {
  // Again after each wait: others who waited may have filled it since.
  while (state_ == State::open && !has_room()) {
    std::function<void(std::function<void()>)> start = [this](std::function<void()> resume) {
      on_drained_.push_back(std::move(resume));
    };
    co_await wait_for_callback(std::move(start));
  }
  co_return state_ == State::open;
}

void Connection::wake_drained() {
  if (on_drained_.empty() || (state_ == State::open && !has_room())) return;
  for (auto& resume : std::exchange(on_drained_, {})) resume();
}

// --- ending

void Connection::close(CloseCode code, std::string_view reason) {
  begin_closing(code, reason);
}

void Connection::begin_closing(CloseCode code, std::string_view reason) {
  if (state_ != State::open) return;
  state_ = State::closing;
  held_ = {};
  queue_.finish(close_frame(code, reason));
  close_timer_ = std::make_unique<boost::asio::steady_timer>(owner_.loop().context(), kCloseTimeout);
  close_timer_->async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || self->state_ == State::closed) return;
    // The peer does not take what is left, or does not hang up: no more memory for it.
    self->transport_->reset();
    self->end();
  });
  owner_.loop().flush_later(shared_from_this());
  // Later, as this may come from the middle of a delivery, whose hub must not lose a subscriber meanwhile.
  asio::post(transport_->executor(), [self = shared_from_this(), code] { self->owner_.on_closing(self, code); });
  wake_drained();
  wait_readable();
}

void Connection::sent_everything() {
  if (state_ != State::closing || fin_sent_) return;
  fin_sent_ = true;
  // What the peer still sends is read and dropped until it hangs up: closing with unread input would reset the
  // connection, and the close frame could be lost.
  transport_->shutdown_send();
}

void Connection::end() {
  if (state_ == State::closed) return;
  const bool was_open = state_ == State::open;
  state_ = State::closed;
  if (close_timer_) close_timer_->cancel();
  transport_->close();
  wake_drained();
  asio::post(transport_->executor(), [self = shared_from_this(), was_open] {
    if (was_open) self->owner_.on_closing(self, CloseCode::no_status);
    self->owner_.on_closed(self);
  });
}

void Connection::check_alive(std::chrono::steady_clock::time_point now) {
  if (state_ != State::open) return;
  const auto quiet = now - heard_;
  if (quiet >= kQuietUntilDead) {
    transport_->reset();
    end();
  } else if (quiet >= kQuietBeforePing && !pinged_) {
    pinged_ = true;
    send(ping_frame());
  }
}

}  // namespace parley::websocket
