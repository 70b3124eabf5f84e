#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "models/entry.h"
#include "streams/stream_state.h"

namespace parley {

/// What a writer's check says about a state: append the entry, or there is nothing to do because the state is
/// already as asked (joining twice), or an Error.
enum class Verdict { append, nothing };
using Check = std::function<Result<Verdict>(const StreamState&)>;

/// An entry that somebody wants in a stream.
struct Proposal {
  std::string stream;
  std::string kind;
  std::string user_id;
  std::string username;
  std::string key;
  std::string body = "{}";
  std::optional<std::uint64_t> target{};
  /// Decides on the state with all entries before this one applied. Called on the io thread, possibly more than
  /// once. Empty: always append.
  Check check{};
};

/// What became of a proposal.
struct Appended {
  enum class Outcome {
    appended,           ///< committed just now
    known,              ///< the key was known: `entry` is the first one
    known_to_stranger,  ///< so, but the check now refuses: nothing but seq and timestamp may be told
    nothing,            ///< the check said so; `entry` is empty
  };
  Outcome outcome = Outcome::appended;
  Entry entry{};
};

/// Called exactly once, on the io thread.
using AppendDone = std::function<void(Result<Appended>)>;

struct PendingAppend {
  Proposal proposal;
  AppendDone done;  ///< empty once called
  std::chrono::steady_clock::time_point deadline;
};

}  // namespace parley
