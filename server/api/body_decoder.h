#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/request_head.h"

namespace parley::api {

/// Takes a request's body off the bytes of a connection. Beast 1.81 can't be used for this: its parser asserts on a
/// last chunk that arrives cut in two. Chunked bodies (RFC 9112 section 7.1) are read strictly; extensions and
/// trailers are checked for what could confuse another reader, and dropped.
class BodyDecoder {
 public:
  BodyDecoder() = default;
  /// `limit`: bytes of the decoded body. A declared length has been checked against it already.
  BodyDecoder(Framing framing, std::size_t limit);

  /// Gives how many of the bytes it used; what it leaves has to be offered again, with more behind it.
  /// body_too_large, or bad_request.
  Result<std::size_t> decode(std::string_view bytes);

  bool done() const { return state_ == State::done; }
  std::string take() { return std::move(body_); }

 private:
  enum class State { fixed, size_line, data, data_end, trailer, done };

  Result<std::size_t> step(std::string_view bytes);
  std::size_t take_data(std::string_view bytes);
  Result<void> take_line(std::string_view line);
  Result<void> take_size_line(std::string_view line);

  State state_ = State::done;
  std::size_t remaining_ = 0;  ///< of the body, or of the chunk
  std::size_t limit_ = 0;
  std::size_t overhead_ = 0;  ///< what may yet come that is no content: lines, extensions, trailers
  std::string body_;
};

}  // namespace parley::api
