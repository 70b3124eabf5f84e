#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/task.h"
#include "core/worker_pool.h"
#include "repositories/room_repository.h"
#include "repositories/stream_repository.h"
#include "streams/stream_state.h"

namespace parley {

/// Who else appends to the store: nobody (SQLite: the data folder's lock sees to it), or other instances.
enum class Writers { only_this_process, several_instances };

/// The states of the streams in use, kept current by who appends and who follows. Io thread. At most `capacity`
/// streams are kept; the ones longest unused go first.
class StreamStates {
 public:
  StreamStates(StreamRepository& streams, RoomRepository& rooms, WorkerPool& store, Writers writers,
               std::size_t capacity = 20000);

  /// The cached state, whatever its age, or the store's. For writers: the insert under the next seq decides
  /// whether it was current. Throws what the store throws.
  Task<std::shared_ptr<StreamState>> any(std::string stream);

  /// A state with at least all entries that the store had when this was called. For readers.
  Task<StreamStatePtr> current(std::string stream);

  /// The cached state, or null.
  std::shared_ptr<StreamState> cached(const std::string& stream);

  /// Applies an entry that is committed, where the state is cached and this is its next.
  void apply(const Entry& entry);

  /// Drops what is known: the next use reads the store again.
  void forget(const std::string& stream);

 private:
  struct Slot {
    std::shared_ptr<StreamState> state;
    std::uint64_t used = 0;
  };
  void evict();
  Task<std::shared_ptr<StreamState>> load(std::string stream);

  StreamRepository& streams_;
  RoomRepository& rooms_;
  WorkerPool& store_;
  const Writers writers_;
  const std::size_t capacity_;
  std::uint64_t uses_ = 0;
  std::unordered_map<std::string, Slot> slots_;
};

/// Reads a stream's state from the store: the projection, brought up to the head by walking back from the
/// head's `membership` where it lags. Blocking.
std::shared_ptr<StreamState> load_state(const std::string& stream, StreamRepository& streams, RoomRepository& rooms);

}  // namespace parley
