#pragma once

#include <array>
#include <mutex>
#include <string>
#include <vector>

#include "repositories/mongodb/entry_log.h"
#include "repositories/projection.h"

namespace parley::mongodb {

/// Keeps the documents of rooms and members current with the rooms' logs. Each carries in `applied` the seq up to which
/// it is current, and only an older one is overwritten, so that several instances may project at once, and any of them
/// may stop anywhere: who comes next goes on from the room's `applied`, which is written last. Blocking, any thread,
/// throws StoreUnavailable or OutcomeUnknown.
class RoomProjector {
 public:
  RoomProjector(Database& database, EntryLog& log) : database_(database), log_(log) {}

  /// Up to the room's newest change.
  void bring_up_to_date(const std::string& stream);

  /// Up to this change, which is committed.
  void project(const Entry& change);

 private:
  struct Row {
    bool exists = false;
    std::uint64_t applied = 0;
    std::string owner_id{};
  };
  static constexpr int kRounds = 5;

  void advance(const std::string& stream, std::uint64_t to, const Entry* known);
  Row read(const std::string& stream);
  std::vector<Entry> changes_between(const std::string& stream, std::uint64_t applied, std::uint64_t to,
                                     const Entry* known);
  Entry need(const std::string& stream, std::uint64_t seq);
  void write(const std::vector<Entry>& changes, std::string owner_id);
  void write_members(const RoomProjection& rows, const std::string& former_owner);
  void put_member(const RoomProjection& rows, const Member& member);
  void change_member(const RoomProjection& rows, const std::string& user_id, const Document& values);
  void write_room(const RoomProjection& rows);

  Database& database_;
  EntryLog& log_;
  std::array<std::mutex, 64> busy_;  ///< by the stream's hash: in one process, one at a time projects a room
};

/// The _id of a member's document.
std::string member_id(std::string_view room_id, std::string_view user_id);

}  // namespace parley::mongodb
