#include "pubsub/redis/redis_link.h"

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <random>

#include "core/log.h"

namespace parley::redis {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kDial = 2000ms;
constexpr auto kTick = 250ms;
constexpr unsigned kTicksAPing = 2;
constexpr auto kSilence = 1500ms;  // and a tick: noticed within 2 s
constexpr auto kAnswer = 1s;
constexpr auto kFirstPause = 25ms;
constexpr auto kLongestPause = 1000ms;
constexpr auto kSteady = 10s;  // who was up so long is dialled again at once
constexpr std::size_t kMaxUnsent = std::size_t{8} << 20;
constexpr std::size_t kMaxAwaited = 200'000;

/// PING is answered like any command, but on a link that is subscribed: as an array.
bool is_pong(ReplyView reply) {
  return reply.text() == "PONG" || reply.at(0).text() == "pong";
}

std::string refusal(std::string_view what, ReplyView reply) {
  return std::string(what) + " was refused (" + std::string(reply.error_code()) + ")";
}

}  // namespace

Link::Link(EventLoop& loop, const RedisAddress& address, const TlsClientContext* tls, Use use,
           std::vector<std::string> probe)
    : loop_(loop),
      address_(address),
      use_(use),
      probe_(std::move(probe)),
      dialer_(loop.context(), address, tls),
      pause_(loop.context()),
      ticker_(loop.context()) {}

void Link::start(Events events) {
  events_ = std::move(events);
  ticked_ = SteadyClock::now();
  tick();
  spawn_logged(loop_.executor(), "redis link", [self = shared_from_this()] { return self->run(); });
}

void Link::stop() {
  stopped_ = true;
  lose("stopped");
  dialer_.stop();
  pause_.cancel();
  ticker_.cancel();
}

Task<> Link::run() {
  while (!stopped_) {
    const auto why = co_await live();
    go_down(why);
    if (stopped_) break;
    pause_.expires_after(patience());
    co_await pause_.async_wait(kAwait);
  }
}

/// From dialling until the connection is lost; gives why.
Task<std::string> Link::live() {
  auto dialed = co_await dialer_.dial(kDial);
  if (!dialed.transport) co_return dialed.failure;
  if (stopped_) co_return "stopped";
  transport_ = std::move(dialed.transport);
  lost_.clear();
  reader_.emplace();
  heard_ = SteadyClock::now();
  sign_in();
  co_await read();
  co_return lost_;
}

void Link::sign_in() {
  state_ = State::signing_in;
  sign_in_left_ = 0;
  if (!address_.password.empty()) {
    std::vector<std::string_view> words{"AUTH"};
    if (!address_.username.empty()) words.push_back(address_.username);
    words.push_back(address_.password);
    send_to_sign_in("the password", words);
  }
  if (address_.db != 0) {
    const auto db = std::to_string(address_.db);
    send_to_sign_in("the database", std::array<std::string_view, 2>{"SELECT", db});
  }
  const std::vector<std::string_view> probe(probe_.begin(), probe_.end());
  if (!probe.empty()) send_to_sign_in(probe_.front().c_str(), probe);
  send_to_sign_in("PING", std::array<std::string_view, 1>{"PING"});
}

void Link::send_to_sign_in(const char* what, Words words) {
  ++sign_in_left_;
  send_now(words, [this, what](Reply* reply) {  // the link itself calls this: it lives
    if (!reply) return;
    if (reply->view().is_error()) return lose(refusal(what, reply->view()));
    if (--sign_in_left_ == 0) on_signed_in();
  });
}

void Link::on_signed_in() {
  state_ = State::up;
  up_since_ = SteadyClock::now();
  ++ups_;
  if (events_.on_up && !stopped_) events_.on_up();
}

Task<> Link::read() {
  static thread_local std::array<char, 65536> buffer;
  while (lost_.empty()) {
    const auto error = co_await transport_->readable();
    if (error) {
      lose(error.message());
      continue;
    }
    const auto moved = transport_->read_now(asio::buffer(buffer));
    if (moved.error == asio::error::would_block) continue;
    if (moved.error) {
      lose(moved.error == asio::error::eof ? "Redis closed the connection" : moved.error.message());
      continue;
    }
    heard_ = SteadyClock::now();
    take(std::string_view(buffer.data(), moved.bytes));
  }
}

void Link::take(std::string_view bytes) {
  if (!reader_->feed(bytes)) return lose("what answers there is no Redis");
  while (lost_.empty()) {
    auto reply = reader_->next();
    if (!reply) break;
    take(std::move(reply));
  }
  if (reader_->broken()) lose("what answers there is no Redis");
}

void Link::take(Reply reply) {
  if (!awaited_.empty()) {
    const auto answer = std::move(awaited_.front());
    awaited_.pop_front();
    if (answer) answer(&reply);
    return;
  }
  if (use_ == Use::ask) return lose("an answer to nothing");
  if (!is_pong(reply.view()) && events_.on_reply && !stopped_) events_.on_reply(reply.view());
}

bool Link::send(Words words, Answer answer) {
  if (!up()) return false;
  if (output_.unsent() > kMaxUnsent || awaited_.size() > kMaxAwaited) {
    lose("it does not keep up");
    return false;
  }
  send_now(words, std::move(answer));
  return true;
}

void Link::send_now(Words words, Answer answer) {
  output_.add(words);
  if (use_ == Use::ask || state_ == State::signing_in) awaited_.push_back(std::move(answer));
  loop_.flush_later(shared_from_this());
}

void Link::flush() {
  if (state_ != State::down && !writing_) write();
}

void Link::write() {
  const auto error = output_.write_to(*transport_);
  if (!error) return;
  if (error != asio::error::would_block) return lose(error.message());
  writing_ = true;
  transport_->wait_writable([self = shared_from_this(), connection = transport_.get()](error_code failed) {
    if (failed || self->transport_.get() != connection) return;  // lost: reading has noticed, or will
    self->writing_ = false;
    self->flush();
  });
}

void Link::lose(std::string why) {
  if (lost_.empty()) lost_ = std::move(why);
  state_ = State::down;
  if (transport_) transport_->close();
}

void Link::go_down(std::string_view why) {
  const bool was_steady = up_since_ != SteadyClock::time_point() && SteadyClock::now() - up_since_ > kSteady;
  failures_ = was_steady ? 0 : failures_ + 1;
  up_since_ = {};
  state_ = State::down;
  transport_.reset();
  output_.clear();
  writing_ = false;
  auto unanswered = std::move(awaited_);
  awaited_.clear();
  if (stopped_) return;
  for (const auto& answer : unanswered) {
    if (answer) answer(nullptr);
  }
  if (events_.on_down) events_.on_down(why);
}

/// Twice as long after each failure, and never the same for all instances.
std::chrono::milliseconds Link::patience() {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto longest =
      std::min<std::chrono::milliseconds>(kFirstPause * (1U << std::min(failures_, 10U)), kLongestPause);
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::int64_t>(longest.count() / 2, longest.count())(random));
}

void Link::tick() {
  ticker_.expires_after(kTick);
  ticker_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && !self->stopped_) self->tick();
  });
  const auto now = SteadyClock::now();
  const bool slept = now - ticked_ > 2 * kTick;  // this process did: Redis's answers may lie there unread
  ticked_ = now;
  if (slept) heard_ = now;
  if (state_ == State::down) return;
  if (now - heard_ > kSilence) return lose("no answer");
  if (up() && ++ticks_ % kTicksAPing == 0) send_now(std::array<std::string_view, 1>{"PING"}, {});
}

Task<Reply> ask(std::shared_ptr<Link> link, std::vector<std::string> words) {
  struct Waiting {
    explicit Waiting(const asio::any_io_executor& executor) : timer(executor, kAnswer) {}
    asio::steady_timer timer;
    Reply reply;
  };
  const auto executor = co_await asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor);
  const std::vector<std::string_view> views(words.begin(), words.end());
  Link::Answer answer = [waiting](Reply* reply) {
    if (reply) waiting->reply = std::move(*reply);
    waiting->timer.cancel();
  };
  if (!link->send(views, std::move(answer))) co_return Reply();
  co_await waiting->timer.async_wait(kAwait);
  co_return std::move(waiting->reply);
}

bool is_refused(ReplyView reply, const char* keys) {
  if (!reply.is_error()) return false;
  log::error("Redis refused a command", {{"keys", keys}, {"code", reply.error_code()}});
  return true;
}

Link::Answer refusal_logger(const char* keys) {
  return [keys](Reply* reply) {
    if (reply) is_refused(reply->view(), keys);
  };
}

}  // namespace parley::redis
