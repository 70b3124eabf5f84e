#include <gtest/gtest.h>

#include "support/log_builder.h"
#include "support/sqlite_test_store.h"

namespace parley::test {
namespace {

/// What a restart does with the claims on public names that it finds.
class RoomClaims : public ::testing::Test {
 protected:
  void claim(const std::string& name, const LogBuilder& room) {
    store_.rooms().claim_name(name, room.room_id(), kNoon);
  }
  void append(const Entry& entry) {
    ASSERT_EQ(store_.streams().append(std::span(&entry, 1)).at(0).status, AppendOutcome::Status::committed);
  }
  void restart() {
    store_.reopen();
    sqlite::SqliteRoomRepository(store_.database()).drop_unused_claims();
  }
  bool is_taken(const std::string& name) {
    const auto other = new_id();
    const bool taken = store_.rooms().claim_name(name, other, kNoon).room_id != other;
    if (!taken) store_.rooms().release_name(name, other);
    return taken;
  }

  SqliteTestStore store_;
  LogBuilder room_;
};

TEST_F(RoomClaims, AClaimWhoseRoomWasNeverMadeIsGivenBack) {
  claim("general", room_);
  EXPECT_TRUE(is_taken("general"));
  restart();
  EXPECT_FALSE(is_taken("general"));
}

TEST_F(RoomClaims, APublicRoomKeepsItsNameAndNoOther) {
  claim("before", room_);
  append(room_.created("before"));
  claim("now", room_);
  append(room_.changed("Now"));
  claim("next", room_);
  restart();
  EXPECT_FALSE(is_taken("before"));
  EXPECT_TRUE(is_taken("now"));
  EXPECT_FALSE(is_taken("next"));
}

TEST_F(RoomClaims, APrivateOrDeletedRoomKeepsNone) {
  LogBuilder hidden;
  claim("hidden", hidden);
  append(hidden.created("hidden"));
  append(hidden.changed("hidden", Visibility::private_room));
  claim("gone", room_);
  append(room_.created("gone"));
  append(room_.deleted());
  restart();
  EXPECT_FALSE(is_taken("hidden"));
  EXPECT_FALSE(is_taken("gone"));
}

}  // namespace
}  // namespace parley::test
