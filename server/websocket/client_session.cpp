#include "websocket/client_session.h"

#include "core/log.h"
#include "services/authenticator.h"
#include "services/message_service.h"
#include "services/rate_limits.h"
#include "services/room_access.h"
#include "websocket/connection.h"
#include "websocket/encoder.h"

namespace parley::websocket {
namespace {

/// Whether sending the same again may succeed, so that nothing sent behind it may overtake it.
bool holds_up_the_room(Code code) {
  return code == Code::rate_limited || code == Code::busy || code == Code::store_unavailable ||
         code == Code::outcome_unknown;
}

}  // namespace

ClientSession::ClientSession(Connection& connection, const ClientServices& services, Identity identity, std::string id)
    : connection_(connection), services_(services), identity_(std::move(identity)), id_(std::move(id)) {}

bool ClientSession::has_expired() const {
  return services_.clock.now() >= identity_.expires_at;
}

void ClientSession::start() {
  command_waits_ = true;
  update_pause();
  spawn_logged(services_.loop.executor(), "hello",
               [this, connection = connection_.shared_from_this()] { return hello(connection); });
}

Task<> ClientSession::hello(std::shared_ptr<Connection> connection) {
  try {
    const auto user = co_await services_.user_json(identity_);
    Subscription own{.subscriber = connection, .stream = user_stream(identity_.user_id)};
    own.on_subscribed = [this, &user](Subscribed subscribed) {
      connection_.send_text(hello_json(user, subscribed.head));
    };
    co_await services_.hub.subscribe(std::move(own));
    co_await confirm();
  } catch (...) {
    const auto error = error_from_current_exception();
    connection->close(CloseCode::internal_error, kind_of(error.code).title);
  }
  if (ended_) services_.hub.unsubscribe(connection, user_stream(identity_.user_id));
  command_waits_ = false;
  update_pause();
}

/// A session's end that came before the user's stream was followed is told by the store only.
Task<Result<void>> ClientSession::confirm() {
  auto confirmed = co_await services_.authenticator.confirm(identity_);
  if (!confirmed) close_ended(confirmed.error().code == Code::account_disabled);
  co_return confirmed;
}

void ClientSession::close_ended(bool account_disabled) {
  if (account_disabled) return connection_.close(CloseCode::account_disabled, "The account is disabled.");
  connection_.close(CloseCode::signed_out, "The session has ended.");
}

void ClientSession::update_pause() {
  if (command_waits_ || sends_in_flight_ >= kMaxSendsInFlight) return connection_.pause();
  connection_.resume();
}

void ClientSession::on_message(std::string_view text) {
  auto parsed = parse_command(text);
  if (parsed.command && parsed.command->type == Command::Type::send) return send(std::move(*parsed.command));
  // Messages have a limit of their own; all else, what can't be read included, counts as requests do.
  if (auto allowed = services_.limits.request_by_user(identity_.user_id); !allowed) {
    return refuse_command(parsed.ref, allowed.error());
  }
  if (!parsed.command) return refuse_command(parsed.ref, parsed.command.error());
  auto& command = *parsed.command;
  switch (command.type) {
    case Command::Type::ping:
      return connection_.send_text(reply_json(command.ref));
    case Command::Type::unsubscribe:
      return unsubscribe(command);
    case Command::Type::subscribe:
      return run(&ClientSession::subscribe, std::move(command));
    case Command::Type::typing:
      return run(&ClientSession::typing, std::move(command));
    case Command::Type::auth:
      return run(&ClientSession::renew, std::move(command));
    case Command::Type::send:
      return;
  }
}

void ClientSession::run(Work work, Command command) {
  command_waits_ = true;
  update_pause();
  spawn_logged(services_.loop.executor(), "command",
               [this, connection = connection_.shared_from_this(), work, command = std::move(command)] {
                 return run_paused(connection, work, command);
               });
}

/// `connection` owns this session, and so keeps it alive.
Task<> ClientSession::run_paused(std::shared_ptr<Connection> connection, Work work, Command command) {
  const auto ref = command.ref;
  Result<std::string> answer = std::string();
  try {
    answer = co_await (this->*work)(std::move(command));
  } catch (...) {
    answer = error_from_current_exception();
  }
  if (!answer) {
    refuse_command(ref, answer.error());
  } else if (!answer->empty()) {
    connection->send_text(*answer);
  }
  command_waits_ = false;
  update_pause();
}

Task<Result<std::string>> ClientSession::subscribe(Command command) {
  const bool own = command.room_id.empty();
  const auto stream = own ? user_stream(identity_.user_id) : room_stream(command.room_id);
  if (!own && subscriptions_.size() >= kMaxSubscriptions && !subscriptions_.contains(stream)) {
    co_return refuse(Code::too_many_subscriptions,
                     "A connection follows at most " + std::to_string(kMaxSubscriptions) + " rooms.");
  }
  Subscription subscription{.subscriber = connection_.shared_from_this(), .stream = stream, .after = command.after};
  if (!own) subscription.check = reader_check(identity_.user_id);
  subscription.on_subscribed = [this, &command, &stream, own](Subscribed subscribed) {
    if (!own && subscriptions_.insert(stream).second) services_.metrics.subscriptions.add(1);
    connection_.send_text(reply_json(command.ref, subscribed.head, subscribed.reset));
  };
  auto done = co_await services_.hub.subscribe(std::move(subscription));
  if (!done) co_return done.error();
  // The connection may have begun to close meanwhile: end() has gone through what there was.
  if (ended_) {
    forget_subscription(stream);
    services_.hub.unsubscribe(connection_.shared_from_this(), stream);
  }
  co_return std::string();
}

void ClientSession::unsubscribe(const Command& command) {
  const auto stream = room_stream(command.room_id);
  forget_subscription(stream);
  services_.hub.unsubscribe(connection_.shared_from_this(), stream);
  connection_.send_text(reply_json(command.ref));
}

Task<Result<std::string>> ClientSession::typing(Command command) {
  auto done = co_await services_.messages.typing(identity_, command.room_id);
  if (!done) co_return done.error();
  co_return std::string();
}

Task<Result<std::string>> ClientSession::renew(Command command) {
  auto identity = co_await services_.authenticator.authenticate(command.token);
  if (!identity) co_return identity.error();
  if (identity->user_id != identity_.user_id) {
    co_return refuse(Code::forbidden, "The token is another user's: open a new connection with it.");
  }
  identity_ = std::move(*identity);
  const auto confirmed = co_await confirm();
  if (!confirmed) co_return confirmed.error();
  co_return reply_json(command.ref);
}

void ClientSession::send(Command command) {
  if (const auto* error = gates_.closed(command.room_id, command.key, std::chrono::steady_clock::now()))
    return refuse_command(command.ref, *error);
  ++sends_in_flight_;
  update_pause();
  const auto shared = std::make_shared<Command>(std::move(command));
  auto done = [this, connection = connection_.shared_from_this(), shared](Result<Appended> result) {
    --sends_in_flight_;
    on_sent(*shared, result);
    update_pause();
  };
  services_.messages.send(identity_, shared->room_id, shared->key, std::exchange(shared->content, {}), std::move(done));
}

void ClientSession::on_sent(const Command& command, const Result<Appended>& result) {
  if (result) {
    refusals_ = 0;
    return connection_.send_text(sent_json(command.ref, result->entry.seq, to_rfc3339(result->entry.timestamp)));
  }
  const auto& error = result.error();
  if (holds_up_the_room(error.code) &&
      !gates_.close(command.room_id, command.key, error, std::chrono::steady_clock::now())) {
    return connection_.close(CloseCode::flooding, "Too many rooms wait for a retry.");
  }
  refuse_command(command.ref, error);
}

void ClientSession::refuse_command(std::string_view ref, const Error& error) {
  const bool limited = error.code == Code::rate_limited;
  // Of a flood the first one is told.
  if (!limited || refusals_ == 0) {
    log::info("command refused",
              {{"conn", id_}, {"user", identity_.user_id}, {"code", kind_of(error.code).name}, {"field", error.field}});
  }
  services_.metrics.count_error(error.code);
  connection_.send_text(error_json(ref, error));
  if (limited && ++refusals_ >= kFloodRefusals) {
    connection_.close(CloseCode::flooding, "Too many commands went on after rate_limited.");
  }
}

void ClientSession::forget_subscription(const std::string& stream) {
  if (subscriptions_.erase(stream) > 0) services_.metrics.subscriptions.add(-1);
}

void ClientSession::end() {
  ended_ = true;
  const auto self = connection_.shared_from_this();
  for (const auto& stream : subscriptions_) services_.hub.unsubscribe(self, stream);
  services_.metrics.subscriptions.add(-static_cast<std::int64_t>(subscriptions_.size()));
  subscriptions_.clear();
  services_.hub.unsubscribe(self, user_stream(identity_.user_id));
}

}  // namespace parley::websocket
