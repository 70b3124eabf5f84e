#pragma once

#include <string>
#include <vector>

#include "streams/subscriber.h"

namespace parley::test {

/// Keeps what it is given. The frames are JSON text, see plain_frame().
class RecordingSubscriber : public Subscriber {
 public:
  explicit RecordingSubscriber(std::string user_id = "ada") : user_id_(std::move(user_id)) {}

  const std::string& user_id() const override { return user_id_; }
  const std::string& username() const override { return user_id_; }
  void deliver(const Frame& frame) override { frames.emplace_back(frame.view()); }
  void subscription_ended(const std::string& stream) override { ended.push_back(stream); }
  bool has_room() const override { return frames.size() < room; }
  Task<bool> drained() override { co_return open; }

  /// The seqs of the entries among the frames, in their order.
  std::vector<std::uint64_t> seqs() const;

  std::vector<std::string> frames;
  std::vector<std::string> ended;
  bool open = true;
  std::size_t room = 1'000'000;  ///< frames

 private:
  std::string user_id_;
};

/// A framer that frames nothing.
inline Frame plain_frame(std::string_view json) {
  return SharedBytes::join(json, {});
}

}  // namespace parley::test
