#include "repositories/mongodb/schema.h"

#include <array>
#include <span>

#include "repositories/mongodb/database.h"

namespace parley::mongodb {
namespace {

struct Index {
  const char* collection;
  const char* name;
  std::array<const char*, 4> fields;  ///< ascending; null: no more
  bool unique = false;
};

Document specification(const Index& index) {
  Document keys;
  for (const auto* field : index.fields) {
    if (field != nullptr) keys.set_int32(field, 1);
  }
  Document specification;
  specification.set("key", keys).set("name", index.name);
  if (index.unique) specification.set("unique", true);
  return specification;
}

}  // namespace

void make_indexes(Database& database) {
  const Index indexes[] = {
      {kMessages, "by_key", {"stream", "user_id", "key"}, true},
      {kUnsettled, "by_stream", {"stream"}, false},
      {kRooms, "listed", {"deleted", "folded_name", "_id"}, false},
      {kRooms, "public", {"deleted", "visibility", "folded_name", "_id"}, false},
      {kRooms, "unpurged", {"deleted", "purged", "_id"}, false},
      {kMembers, "by_room", {"room_id", "present"}, false},
      {kMembers, "by_user", {"user_id", "present"}, false},
      {kUsers, "by_username", {"folded_username"}, true},
      {kSessions, "by_user", {"user_id", "ended"}, false},
      {kSessions, "unannounced", {"unannounced"}, false},
      {kSessions, "by_end", {"ended_at"}, false},
      {kSessions, "by_expiry", {"expires_at"}, false},
      {kAccessTokens, "by_user", {"user_id", "ended"}, false},
      {kAccessTokens, "unannounced", {"unannounced"}, false},
      {kInvites, "by_subject", {"kind", "subject", "ended"}, false},
      {kInviteUses, "by_user", {"invite_id", "user_id"}, true},
  };
  for (const auto& index : indexes) {
    const auto one = specification(index);
    database.run(Document().set("createIndexes", index.collection).set("indexes", std::span(&one, 1)));
  }
}

}  // namespace parley::mongodb
