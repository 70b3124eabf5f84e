#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "pubsub/redis/redis_dialer.h"
#include "pubsub/redis/redis_output.h"
#include "pubsub/redis/redis_protocol.h"

namespace parley::redis {

/// One connection to Redis, made anew whenever it is lost: soon at first, then every second at most. A silent one is
/// lost after 2 s. What is sent in one turn of the loop leaves in one write. Io thread.
class Link : public Flushable, public std::enable_shared_from_this<Link> {
 public:
  /// What a link is for. One that asks gets an answer to each command, in order; one that listens is handed whatever
  /// comes, because confirmations and messages answer nothing in particular.
  enum class Use { ask, listen };

  struct Events {
    std::function<void()> on_up{};
    std::function<void(std::string_view why)> on_down{};  ///< also of an attempt that failed
    std::function<void(ReplyView)> on_reply{};            ///< where it listens
  };
  /// Gets the answer, which it may take, or null when the link was lost before it came.
  using Answer = std::function<void(Reply*)>;

  /// `probe` is a command that has to succeed before the link counts as up, besides signing in; it may be empty.
  Link(EventLoop& loop, const RedisAddress& address, const TlsClientContext* tls, Use use,
       std::vector<std::string> probe);

  void start(Events events);
  /// For good; nothing is called afterwards.
  void stop();

  bool up() const { return state_ == State::up; }
  /// How often it came up.
  std::uint64_t ups() const { return ups_; }

  /// Sends at the end of the turn. False where the link is down: then nothing is sent, and `answer` is not called.
  /// Who can't take 8 MiB is as good as down: past that the link is lost, and made anew.
  bool send(Words words, Answer answer = {});

  /// Ends the connection as if it had broken.
  void lose(std::string why);

  void flush() override;

 private:
  enum class State { down, signing_in, up };

  Task<> run();
  Task<std::string> live();
  Task<> read();
  void sign_in();
  void send_to_sign_in(const char* what, Words words);
  void on_signed_in();
  void take(std::string_view bytes);
  void take(Reply reply);
  void write();
  void go_down(std::string_view why);
  void tick();
  std::chrono::milliseconds patience();
  void send_now(Words words, Answer answer);

  EventLoop& loop_;
  const RedisAddress& address_;
  const Use use_;
  const std::vector<std::string> probe_;
  Dialer dialer_;
  Events events_;
  State state_ = State::down;
  bool stopped_ = false;
  std::unique_ptr<Transport> transport_;
  Output output_;
  bool writing_ = false;  // waits until more can be written
  std::optional<ReplyReader> reader_;
  std::deque<Answer> awaited_;
  std::string lost_;  // why, once it is
  std::uint64_t ups_ = 0;
  unsigned failures_ = 0;  // in a row
  unsigned sign_in_left_ = 0;
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer ticker_;
  std::chrono::steady_clock::time_point heard_{};
  std::chrono::steady_clock::time_point ticked_{};
  std::chrono::steady_clock::time_point up_since_{};
  unsigned ticks_ = 0;
};

/// Asks and waits, at most 1 s; an empty reply where the link is down, was lost or took longer.
Task<Reply> ask(std::shared_ptr<Link> link, std::vector<std::string> words);

/// Whether Redis refused; then the log says so, with the kind of keys it was about: an ACL that lacks a rule must not
/// go unnoticed.
bool is_refused(ReplyView reply, const char* keys);
/// The same for an answer that nobody waits for.
Link::Answer refusal_logger(const char* keys);

}  // namespace parley::redis
