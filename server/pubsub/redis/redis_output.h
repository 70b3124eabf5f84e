#pragma once

#include <string>

#include "core/transport.h"
#include "pubsub/redis/redis_protocol.h"

namespace parley::redis {

/// Commands on their way to Redis. The bytes stay in one piece, so that a turn's commands are one write.
class Output {
 public:
  void add(Words words) { append_command(bytes_, words); }
  std::size_t unsent() const { return bytes_.size() - sent_; }

  /// Writes what the transport takes now. No error: all of it; asio::error::would_block: wait until it is writable.
  boost::system::error_code write_to(Transport& transport);

  void clear();

 private:
  void forget_sent();

  std::string bytes_;
  std::size_t sent_ = 0;
};

}  // namespace parley::redis
