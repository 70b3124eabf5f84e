#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/body_decoder.h"
#include "api/http.h"
#include "api/request_head.h"

namespace parley::api {

/// A request's head, checked and parsed; `request` lacks its body.
struct RequestHead {
  std::optional<Method> method{};  ///< none: a method that no route has (405)
  Request request{};
  bool keep_alive = true;
  bool expects_continue = false;  ///< waits for "100 Continue" before it sends the body
  bool wants_upgrade = false;     ///< has the token `upgrade` in Connection
  Framing framing{};
};

/// Makes requests of the bytes of one connection. Does no I/O, so that sockets, tests and the fuzzer use it alike:
/// feed() what arrived, call next() until it needs more. Pipelined requests wait in here. After an error the
/// bytes that follow mean nothing: answer, then close.
class RequestReader {
 public:
  explicit RequestReader(HeadLimits limits = {}) : scanner_(limits) {}

  enum class Event {
    need_more,
    head,     ///< head() can be looked at; call accept_body(), then next()
    request,  ///< take() it
  };

  void feed(std::string_view bytes);
  /// bad_request, uri_too_long, header_too_large; body_too_large of a chunked body past its limit.
  Result<Event> next();

  /// Of the request that is being read, until take().
  RequestHead& head() { return head_; }
  /// How much of a body is let in; body_too_large if Content-Length says more.
  Result<void> accept_body(std::size_t limit);
  /// The request, with its body. Then the next one can be read.
  Request take();

  /// Whether a request has begun to arrive and is not whole.
  bool in_request() const;
  bool in_body() const { return state_ == State::body; }
  /// What has arrived after the request that was taken (or, before accept_body(), after its head).
  std::string take_rest();

 private:
  enum class State { head, head_done, body, whole };

  Result<Event> read_head();
  Result<Event> read_body();
  Result<void> parse_head(std::string_view raw);
  Result<void> parse_target_of(std::string_view target);
  std::string_view unread() const { return std::string_view(input_).substr(used_); }
  void use(std::size_t bytes);

  HeadScanner scanner_;
  State state_ = State::head;
  std::string input_;
  std::size_t used_ = 0;  ///< bytes of input_ that are dealt with
  bool skipped_empty_line_ = false;
  RequestHead head_;
  BodyDecoder body_;
};

}  // namespace parley::api
