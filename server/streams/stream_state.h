#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/entry.h"
#include "models/room.h"

namespace parley {

/// What all entries of a stream up to `head` make of it. A user's stream has no state but its head.
class StreamState {
 public:
  explicit StreamState(std::string stream) : stream_(std::move(stream)) {}
  StreamState(std::string stream, Head head, Room room, const std::vector<Member>& members);

  const std::string& stream() const { return stream_; }
  const Head& head() const { return head_; }

  /// A room's: whether it has been created and not been deleted.
  bool room_exists() const { return !room_.id.empty() && !room_.deleted; }
  const Room& room() const { return room_; }
  const Member* member(const std::string& user_id) const;
  const std::unordered_map<std::string, Member>& members() const { return members_; }

  /// Applies the next entry. Its seq must be head().seq + 1.
  void apply(const Entry& entry);

  /// Applies what a state entry changes, without moving the head (while the projection is brought up to date).
  void apply_change(const Entry& entry);
  void set_head(const Head& head) { head_ = head; }

 private:
  void put_member(const Member& member);
  void hand_over(const Member& owner);

  std::string stream_;
  Head head_;
  Room room_;
  std::unordered_map<std::string, Member> members_;
};

using StreamStatePtr = std::shared_ptr<const StreamState>;

/// Who loses a room by this entry: one user, everybody, or nobody.
struct Ending {
  bool everybody = false;
  std::string user_id;  ///< empty: nobody in particular
  bool ends(std::string_view user) const { return everybody || (!user_id.empty() && user == user_id); }
};
Ending ending_of(const Entry& entry);

}  // namespace parley
