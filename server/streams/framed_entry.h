#pragma once

#include <cstdint>

#include "streams/stream_state.h"
#include "streams/subscriber.h"

namespace parley {

/// An entry as subscribers get it, and whose subscription it ends.
struct FramedEntry {
  std::uint64_t seq = 0;
  Frame frame;
  Ending ending;
};

inline FramedEntry framed(const Entry& entry, Framer framer) {
  return {entry.seq, framer(event_json(entry)), ending_of(entry)};
}

}  // namespace parley
