#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

namespace parley {

/// Where several instances write into one stream, the one that has just committed could always be first again: it knows
/// the head, the others have yet to read what it wrote. So who has committed rests before its next batch there: while
/// others are known to write, for up to twice as long as catching up takes, longer for who has written most of late;
/// and, as who never gets a turn shows nowhere, now and then also where nobody is known to. Io thread.
class Turns {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static constexpr std::chrono::seconds kLately{1};          ///< so long is who wrote here elsewhere expected again
  static constexpr std::chrono::milliseconds kAlone{250};    ///< without a pause, and then
  static constexpr std::chrono::milliseconds kPause{50};     ///< for so long, on a slow store longer
  static constexpr std::chrono::milliseconds kLongest{200};  ///< a rest, and what catching up is taken to take

  /// `random` gives numbers from 0 to 1.
  explicit Turns(std::function<double()> random) : random_(std::move(random)) {}

  struct Commit {
    std::uint64_t first = 0;  ///< seqs of the stream's entries in the batch
    std::uint64_t last = 0;
    Time began;
    Time ended;
  };
  /// How long this instance leaves the stream to others now.
  Duration rest_after(const std::string& stream, const Commit& commit);

  /// Another instance took the seq that this one wanted.
  void lost(const std::string& stream, Time now);

 private:
  struct Stream {
    std::uint64_t last = 0;  ///< the newest entry of this instance's
    Time ended{};            ///< when it was committed
    Time busy_since{};       ///< since when there was no pause
    Time others_at{};        ///< when another instance was last known to write
    Time lost_at{};          ///< since when this instance tries in vain; none where it does not
    Duration catching_up{};  ///< from there to the next commit, smoothed
    double own = 0;          ///< entries of late by this instance
    double others = 0;       ///< and by others in between
  };
  static constexpr std::size_t kMost = 10000;  ///< streams that are remembered

  static constexpr double kOfLate = 500;  ///< entries

  static void count(Stream& turn, const Commit& commit);
  Duration contended(const Stream& turn, const Commit& commit);

  std::function<double()> random_;
  std::unordered_map<std::string, Stream> streams_;
};

}  // namespace parley
