#include "pubsub/redis/redis_output.h"

namespace parley::redis {
namespace {

constexpr std::size_t kKept = 256 * 1024;  // of memory, for the next turn

}  // namespace

boost::system::error_code Output::write_to(Transport& transport) {
  while (unsent() != 0) {
    const auto rest = asio::const_buffer(bytes_.data() + sent_, unsent());
    const auto moved = transport.write_now({&rest, 1});
    sent_ += moved.bytes;
    if (moved.error) {
      forget_sent();
      return moved.error;
    }
  }
  clear();
  return {};
}

void Output::clear() {
  bytes_.clear();
  sent_ = 0;
  if (bytes_.capacity() > kKept) bytes_.shrink_to_fit();
}

/// While Redis is slow the sent part must not pile up in front of the rest; moving the rest is worth it only when it is
/// the smaller half.
void Output::forget_sent() {
  if (sent_ < unsent()) return;
  bytes_.erase(0, sent_);
  sent_ = 0;
}

}  // namespace parley::redis
