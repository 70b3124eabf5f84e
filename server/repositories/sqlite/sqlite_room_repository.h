#pragma once

#include "repositories/room_repository.h"

namespace parley::sqlite {

class Database;

/// Rooms and members as SqliteStreamRepository projects them, and the claims on names, in SQLite.
class SqliteRoomRepository : public RoomRepository {
 public:
  explicit SqliteRoomRepository(Database& database) : database_(database) {}

  std::optional<RoomSnapshot> load(std::string_view room_id) override;
  RoomPage rooms_of(std::string_view user_id, std::string_view folded_query, const RoomPlace& after,
                    std::size_t limit) override;
  std::vector<std::string> room_ids_of(std::string_view user_id) override;
  RoomPage public_rooms(std::string_view user_id, std::string_view folded_query, const RoomPlace& after,
                        std::size_t limit) override;
  RoomPage all_rooms(const RoomPlace& after, std::size_t limit) override;
  std::size_t owned_count(std::string_view user_id) override;
  NameClaim claim_name(std::string_view folded_name, std::string_view room_id, Timestamp now) override;
  void release_name(std::string_view folded_name, std::string_view room_id) override;
  std::vector<std::string> unpurged(std::size_t limit) override;
  void mark_purged(std::string_view room_id) override;

  /// At start, while nobody creates or renames a room: gives back the names that no public room has. A crash between
  /// a claim and its entry leaves such ones. An entry and its room's row are one transaction, so the rows say it all.
  void drop_unused_claims();

 private:
  Database& database_;
};

}  // namespace parley::sqlite
