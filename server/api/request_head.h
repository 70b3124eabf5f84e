#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.h"

namespace parley::api {

/// Bounds of a request's head, in bytes.
struct HeadLimits {
  std::size_t target = 8 * 1024;   ///< the URL: 414
  std::size_t fields = 16 * 1024;  ///< all header fields: 431
  std::size_t count = 100;         ///< header fields: 431
};

/// Finds the end of a head that arrives in pieces, and refuses at once what can never become one: control
/// characters, a CR or LF alone (RFC 9112 section 2.2 leaves room for two readings), and what is too large.
class HeadScanner {
 public:
  explicit HeadScanner(HeadLimits limits) : limits_(limits) {}

  /// `bytes`: all that has arrived since the head began, what earlier calls saw included. Gives the head's size
  /// with its empty line once that has arrived.
  Result<std::optional<std::size_t>> scan(std::string_view bytes);

  bool begun() const { return scanned_ != 0; }
  void reset() { *this = HeadScanner(limits_); }

 private:
  Result<void> take(char c);
  Result<void> check_sizes() const;

  HeadLimits limits_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  std::size_t request_line_end_ = 0;  ///< 0: not seen yet
  std::size_t lines_ = 0;
  bool after_cr_ = false;
  bool complete_ = false;
};

/// How a request's body is framed.
struct Framing {
  bool chunked = false;
  std::uint64_t content_length = 0;
};

/// The checks on a whole head that Beast's parser leaves out, on the raw text: the grammar of the request line
/// and of every field (RFC 9112 sections 3 and 5: no folding, no space before the colon), a version other than
/// 1.0 and 1.1, missing or doubled Host, and everything about the body's length that two readers could take
/// differently (section 6.3): doubled, listed or signed lengths, an unknown transfer coding, both kinds at once,
/// a transfer coding in 1.0. All are bad_request.
Result<Framing> check_head(std::string_view head);

/// "example.org:8000" or "[::1]": what may stand in Host.
bool is_authority(std::string_view text);

}  // namespace parley::api
