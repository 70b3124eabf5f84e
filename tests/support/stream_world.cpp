#include "support/stream_world.h"

#include <boost/json.hpp>

namespace parley::test {

std::vector<std::uint64_t> RecordingSink::seqs(const std::string& stream) const {
  std::vector<std::uint64_t> found;
  for (const auto& entry : entries) {
    if (entry.stream == stream) found.push_back(entry.seq);
  }
  return found;
}

StreamWorld::StreamWorld(Writers writers)
    : states_(streams_, store_.rooms(), pool_, clock_, writers),
      appender_(loop_, {streams_, writer_, 1, writers}, states_, sink_, clock_, {}) {}

void StreamWorld::run_until(const std::function<bool()>& is_so) {
  loop_.context().restart();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!is_so()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "it did not become so";
    loop_.context().run_one_for(std::chrono::milliseconds(20));
  }
}

LogBuilder StreamWorld::make_room(Visibility visibility, Person owner) {
  LogBuilder log(std::move(owner));
  append_elsewhere({log.created("room " + log.room_id(), visibility)});
  return log;
}

void StreamWorld::append_elsewhere(const std::vector<Entry>& entries) {
  for (const auto& outcome : store_.streams().append(entries)) {
    ASSERT_EQ(outcome.status, AppendOutcome::Status::committed);
  }
}

Proposal StreamWorld::message(const std::string& stream, const std::string& content, std::string key,
                              const Person& by) {
  return {.stream = stream,
          .kind = std::string(kind::message),
          .user_id = by.id,
          .username = by.username,
          .key = std::move(key),
          .body = message_body(content)};
}

std::vector<std::string> StreamWorld::contents(const std::string& stream) {
  std::vector<std::string> found;
  for (const auto& entry : store_.streams().range(stream, 1, StreamRepository::kMaxRange)) {
    if (entry.kind != kind::message) continue;
    found.emplace_back(boost::json::parse(entry.body).at("content").as_string());
  }
  return found;
}

std::string outcome_of(const Result<Appended>& result) {
  if (!result) return std::string(kind_of(result.error().code).name);
  switch (result->outcome) {
    case Appended::Outcome::appended:
      return "appended";
    case Appended::Outcome::known:
      return "known";
    case Appended::Outcome::known_to_stranger:
      return "known_to_stranger";
    case Appended::Outcome::nothing:
      return "nothing";
  }
  return "?";
}

}  // namespace parley::test
