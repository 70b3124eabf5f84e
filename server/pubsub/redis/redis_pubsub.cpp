#include "pubsub/redis/redis_pubsub.h"

#include <algorithm>
#include <array>

#include "core/log.h"

namespace parley::redis {
namespace {

constexpr std::size_t kChunk = 512;           // channels in one SUBSCRIBE
constexpr std::size_t kMaxUnderWay = kChunk;  // before the next chunk of a renewal
constexpr auto kConfirmation = std::chrono::seconds(1);
constexpr std::size_t kMaxMark = 64;

/// Publishing to it is how a link finds out, before it counts as up, that it may. Nobody listens there.
constexpr const char* kProbe = "chat:probe";

}  // namespace

struct RedisPubSub::Waiter {
  explicit Waiter(asio::io_context& context) : timer(context, kConfirmation) {}
  asio::steady_timer timer;
  bool confirmed = false;
  bool answered = false;
};

RedisPubSub::RedisPubSub(EventLoop& loop, const RedisAddress& address, const TlsClientContext* tls,
                         std::string instance_id)
    : loop_(loop),
      address_(address),
      mark_(std::move(instance_id) + ' '),
      publisher_(
          std::make_shared<Link>(loop, address, tls, Link::Use::ask, std::vector<std::string>{"PUBLISH", kProbe, ""})),
      subscriber_(std::make_shared<Link>(loop, address, tls, Link::Use::listen, std::vector<std::string>{})) {
  publisher_->start({.on_up = [this] { tell_up(); }, .on_down = [this](std::string_view why) { tell_lost(why); }});
  subscriber_->start({.on_up = [this] { on_subscriber_up(); },
                      .on_down = [this](std::string_view why) { on_subscriber_down(why); },
                      .on_reply = [this](ReplyView reply) { on_reply(reply); }});
}

RedisPubSub::~RedisPubSub() {
  stop();
}

void RedisPubSub::stop() {
  publisher_->stop();
  subscriber_->stop();
}

bool RedisPubSub::healthy() const {
  return publisher_->up() && subscriber_->up() && subscriptions_.owed() == 0;
}

void RedisPubSub::publish(std::string_view channel, std::string_view payload) {
  marked_.assign(mark_).append(payload);
  const std::array<std::string_view, 3> words{"PUBLISH", channel, marked_};
  // A message that Redis refuses is lost as one that a broken link loses, and must be known to be.
  publisher_->send(words, [link = publisher_.get()](Reply* reply) {
    if (reply && reply->view().is_error()) {
      link->lose("PUBLISH was refused (" + std::string(reply->view().error_code()) + ")");
    }
  });
}

Task<bool> RedisPubSub::subscribe(std::string channel) {
  if (subscriptions_.confirmed(channel)) co_return true;
  const bool needed = subscriptions_.want(channel);
  if (!subscriber_->up() || (needed && !send("SUBSCRIBE", {channel}))) {
    subscriptions_.owe(channel);
    co_return false;
  }
  const auto waiter = std::make_shared<Waiter>(loop_.context());
  waiters_.emplace(channel, waiter);
  co_await waiter->timer.async_wait(kAwait);
  if (!waiter->answered) {
    subscriptions_.owe(channel);
    answer_waiters(channel, false);
  }
  co_return waiter->confirmed;
}

void RedisPubSub::unsubscribe(std::string_view channel) {
  const std::string name(channel);
  if (subscriptions_.unwant(channel)) send("UNSUBSCRIBE", {name});
  answer_waiters(name, false);
}

bool RedisPubSub::send(std::string_view command, const std::vector<std::string>& channels) {
  std::vector<std::string_view> words{command};
  words.insert(words.end(), channels.begin(), channels.end());
  if (!subscriber_->send(words)) return false;
  if (command == "SUBSCRIBE") {
    for (const auto& channel : channels) subscriptions_.sent(channel);
  }
  return true;
}

void RedisPubSub::answer_waiters(const std::string& channel, bool confirmed) {
  const auto [first, last] = waiters_.equal_range(channel);
  for (auto it = first; it != last; ++it) {
    it->second->answered = true;
    it->second->confirmed = confirmed;
    it->second->timer.cancel();
  }
  waiters_.erase(first, last);
}

void RedisPubSub::on_subscriber_up() {
  to_renew_ = subscriptions_.names();
  renew();
  tell_up();
}

/// The next chunk, when the one before is nearly confirmed.
void RedisPubSub::renew() {
  while (!to_renew_.empty() && subscriptions_.under_way() < kMaxUnderWay) {
    std::vector<std::string> chunk;
    for (; !to_renew_.empty() && chunk.size() < kChunk; to_renew_.pop_back()) {
      auto& name = to_renew_.back();
      if (subscriptions_.wanted(name) && subscriptions_.want(name)) chunk.push_back(std::move(name));
    }
    if (!chunk.empty() && !send("SUBSCRIBE", chunk)) return;
  }
  if (to_renew_.empty()) to_renew_.shrink_to_fit();
}

void RedisPubSub::on_subscriber_down(std::string_view why) {
  subscriptions_.lose_all();
  to_renew_.clear();
  const auto waiters = std::move(waiters_);
  waiters_.clear();
  for (const auto& [channel, waiter] : waiters) {
    waiter->answered = true;
    waiter->timer.cancel();
  }
  tell_lost(why);
}

void RedisPubSub::on_reply(ReplyView reply) {
  if (reply.is_error()) {
    return subscriber_->lose("SUBSCRIBE was refused (" + std::string(reply.error_code()) + ")");
  }
  const auto kind = reply.at(0).text();
  if (kind == "message") {
    on_published(reply.at(1).text(), reply.at(2).text());
  } else if (kind == "subscribe") {
    on_confirmed(reply.at(1).text());
  }
}

void RedisPubSub::on_confirmed(std::string_view channel) {
  if (subscriptions_.confirm(channel)) answer_waiters(std::string(channel), true);
  renew();
  tell_up();
}

void RedisPubSub::on_published(std::string_view channel, std::string_view payload) {
  if (payload.starts_with(mark_) || !handler_ || !subscriptions_.wanted(channel)) return;
  const auto blank = payload.substr(0, kMaxMark + 1).find(' ');
  if (blank != std::string_view::npos) handler_(channel, payload.substr(blank + 1));
}

void RedisPubSub::tell_up() {
  if (told_ == Told::up || !healthy()) return;
  if (told_ == Told::lost) {
    log::info("the bus is back", {{"host", address_.host}, {"port", address_.port}});
  } else {
    log::info("joined the bus", {{"host", address_.host}, {"port", address_.port}});
  }
  told_ = Told::up;
}

void RedisPubSub::tell_lost(std::string_view why) {
  if (told_ == Told::lost || told_ == Told::absent) {
    log::debug("still no bus", {{"reason", why}});
    return;
  }
  if (told_ == Told::up) {
    log::warn("the bus is lost; until it is back messages between instances go through the store",
              {{"host", address_.host}, {"port", address_.port}, {"reason", why}});
  } else {
    log::warn("the bus can't be reached yet; until then messages between instances go through the store",
              {{"host", address_.host}, {"port", address_.port}, {"reason", why}});
  }
  told_ = told_ == Told::up ? Told::lost : Told::absent;
}

}  // namespace parley::redis
