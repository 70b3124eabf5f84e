#include "support/recording_subscriber.h"

#include <boost/json.hpp>

namespace parley::test {

std::vector<std::uint64_t> RecordingSubscriber::seqs() const {
  std::vector<std::uint64_t> found;
  for (const auto& frame : frames) {
    const auto event = boost::json::parse(frame).as_object();
    if (const auto* seq = event.if_contains("seq")) found.push_back(seq->to_number<std::uint64_t>());
  }
  return found;
}

}  // namespace parley::test
