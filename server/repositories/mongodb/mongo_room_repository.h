#pragma once

#include "repositories/mongodb/database.h"
#include "repositories/room_repository.h"

namespace parley::mongodb {

class MongoRoomRepository : public RoomRepository {
 public:
  explicit MongoRoomRepository(Database& database) : database_(database) {}

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

 private:
  Database& database_;
};

}  // namespace parley::mongodb
