#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/task.h"
#include "models/identity.h"
#include "repositories/stream_repository.h"
#include "services/rate_limits.h"
#include "streams/appender.h"
#include "streams/bus_link.h"
#include "streams/stream_states.h"

namespace parley {

/// A page of a room's messages, oldest first.
struct MessagePage {
  std::vector<Entry> messages;
  bool has_more = false;  ///< in the direction that was asked for
};

/// Which page: the newest, or the messages next to a seq.
struct PageRequest {
  std::optional<std::uint64_t> before{};
  std::optional<std::uint64_t> after{};  ///< not both
  std::size_t limit = 50;                ///< messages, 1 to 100
};

/// Writing and reading messages. WebSocket and REST take the same path. Io thread.
class MessageService {
 public:
  struct Streams {
    Appender& appender;
    StreamStates& states;
    StreamRepository& store;
    WorkerPool& store_pool;
    BusLink& bus;
  };

  MessageService(Streams streams, RateLimits& limits) : streams_(streams), limits_(limits) {}

  /// Queues a message; `done` is called once it is committed or refused, possibly at once where it is refused.
  /// What one caller sends to a room is committed in the order of the calls. rate_limited, validation_failed,
  /// not_found, forbidden, and the appender's errors. A key that is known gives the first entry, also to a former
  /// member (Appended::Outcome::known_to_stranger).
  void send(const Identity& sender, const std::string& room_id, std::string key, std::string content, AppendDone done);

  /// The same for a coroutine. Without a key one is made.
  Task<Result<Appended>> send(Identity sender, std::string room_id, std::optional<std::string> key,
                              std::string content);

  /// Members only; not_found or forbidden.
  Task<Result<MessagePage>> history(Identity reader, std::string room_id, PageRequest request);

  /// Tells the others in the room that the user is typing. Nothing is kept.
  Task<Result<void>> typing(Identity user, std::string room_id);

 private:
  struct Range {
    std::string stream;
    PageRequest request;
    Head head;
  };
  MessagePage read_page(const Range& range);
  MessagePage read_newer(const Range& range);
  MessagePage read_older(const Range& range);
  std::uint64_t seq_of_message(const std::string& stream, std::uint64_t low, std::uint64_t high, std::uint64_t number);
  Task<Result<Head>> admit(std::string user_id, std::string stream, std::uint64_t at_least);

  Streams streams_;
  RateLimits& limits_;
};

}  // namespace parley
