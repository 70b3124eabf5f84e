#include "streams/turns.h"

#include <algorithm>

namespace parley {
namespace {

bool is_set(Turns::Time time) {
  return time != Turns::Time{};
}

/// Long enough for another instance to read what came, check, note a change and insert: four round trips, as long as
/// this commit's. On a slow store a fixed pause would let nobody in.
Turns::Duration pause_of(const Turns::Commit& commit) {
  return std::clamp<Turns::Duration>(4 * (commit.ended - commit.began), Turns::kPause, Turns::kLongest);
}

}  // namespace

Turns::Duration Turns::rest_after(const std::string& stream, const Commit& commit) {
  if (streams_.size() >= kMost && !streams_.contains(stream)) streams_.clear();  // only fairness is lost, for a moment
  auto& turn = streams_[stream];
  if (turn.last != 0 && commit.first != turn.last + 1) turn.others_at = commit.ended;
  count(turn, commit);
  if (is_set(turn.lost_at)) {
    const auto took = std::min<Duration>(commit.ended - turn.lost_at, kLongest);
    turn.catching_up = turn.catching_up == Duration{} ? took : (turn.catching_up * 3 + took) / 4;
    turn.lost_at = {};
  }
  if (!is_set(turn.ended) || commit.began - turn.ended > pause_of(commit)) turn.busy_since = commit.began;
  turn.last = commit.last;
  turn.ended = commit.ended;
  if (is_set(turn.others_at) && commit.ended - turn.others_at < kLately) return contended(turn, commit);
  if (commit.ended - turn.busy_since < kAlone) return {};
  const auto pause = pause_of(commit);
  turn.busy_since = commit.ended + pause;
  return pause;
}

void Turns::count(Stream& turn, const Commit& commit) {
  turn.own += static_cast<double>(commit.last - commit.first + 1);
  if (turn.last != 0) turn.others += static_cast<double>(commit.first - turn.last - 1);
  if (turn.own + turn.others < kOfLate) return;
  turn.own /= 2;
  turn.others /= 2;
}

Turns::Duration Turns::contended(const Stream& turn, const Commit& commit) {
  const auto cycle = std::max(turn.catching_up, 2 * (commit.ended - commit.began));
  const auto share = 2 * turn.own / (turn.own + turn.others);  // 1 where all write alike
  const auto rest = std::chrono::duration_cast<Duration>(2 * cycle * random_() * share * share);
  return std::min<Duration>(rest, kLongest);
}

void Turns::lost(const std::string& stream, Time now) {
  if (streams_.size() >= kMost && !streams_.contains(stream)) return;
  auto& turn = streams_[stream];
  turn.others_at = now;
  if (!is_set(turn.lost_at)) turn.lost_at = now;
}

}  // namespace parley
