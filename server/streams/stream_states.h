#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/task.h"
#include "core/time.h"
#include "core/worker_pool.h"
#include "repositories/room_repository.h"
#include "repositories/stream_repository.h"
#include "streams/stream_state.h"

namespace parley {

/// Who else appends to the store: nobody (SQLite: the data folder's lock sees to it), or other instances.
enum class Writers { only_this_process, several_instances };

/// The states of the streams in use, kept current by who appends and who follows. Io thread. At most `capacity`
/// streams are kept; the ones longest unused go first.
///
/// Where several instances write, a state that is kept is the stream up to some entry; what came since is read from
/// the store and applied: one look for the next entry, as a rule. That must not go on from an entry that a purge may
/// have taken, so a state of unknown age is loaded anew (kGoneStale; purges wait longer, see RoomPurge).
class StreamStates {
 public:
  static constexpr std::chrono::minutes kGoneStale{5};   ///< since it last was the newest: it is loaded anew
  static constexpr std::chrono::seconds kLookAgain{60};  ///< the same: writers look whether something came since

  StreamStates(StreamRepository& streams, RoomRepository& rooms, WorkerPool& store, const Clock& clock, Writers writers,
               std::size_t capacity = 20000);

  /// The cached state, whatever its age, or the store's. For writers: the insert under the next seq decides
  /// whether it was current. Throws what the store throws.
  Task<std::shared_ptr<StreamState>> any(std::string stream);

  /// A state with at least all entries that the store had when this was called. For readers.
  Task<StreamStatePtr> current(std::string stream);

  /// The cached state, or null where there is none, or something may have come since.
  std::shared_ptr<StreamState> cached(const std::string& stream);

  /// Applies an entry that is committed, where the state is cached and this is its next.
  void apply(const Entry& entry);

  /// Something may have come since: the next use reads on in the store.
  void forget(const std::string& stream);

  /// The store has an entry at `seq`. For who writes, the state is current again once it has come that far, by reading
  /// or by what is applied meanwhile.
  void expect(const std::string& stream, std::uint64_t seq);

 private:
  struct Slot {
    std::shared_ptr<StreamState> state;
    std::uint64_t used = 0;
    std::uint64_t doubts = 0;                           ///< counts the calls of forget()
    bool behind = false;                                ///< forgotten, and not read on since
    std::uint64_t expected = 0;                         ///< the store has at least so many
    std::chrono::steady_clock::time_point newest_at{};  ///< when it last was the store's newest, for certain
  };
  using Slots = std::unordered_map<std::string, Slot>;

  void evict();
  Slot* find(const std::string& stream);
  Task<std::shared_ptr<StreamState>> load(std::string stream);
  enum class Until { newest, usable };  ///< usable: for a writer, whose insert decides
  Task<std::shared_ptr<StreamState>> read_on(std::string stream, Until until);
  bool usable(const Slot& slot) const;
  bool catch_up(Slot& slot, const std::vector<Entry>& entries, std::size_t asked, std::uint64_t doubts,
                std::chrono::steady_clock::time_point asked_at);

  StreamRepository& streams_;
  RoomRepository& rooms_;
  WorkerPool& store_;
  const Clock& clock_;
  const Writers writers_;
  const std::size_t capacity_;
  std::uint64_t uses_ = 0;
  Slots slots_;
};

/// Reads a stream's state from the store: the projection, brought up to the head by walking back from the
/// head's `membership` where it lags. Blocking.
std::shared_ptr<StreamState> load_state(const std::string& stream, StreamRepository& streams, RoomRepository& rooms);

}  // namespace parley
