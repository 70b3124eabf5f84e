#pragma once

namespace parley::mongodb {

class Database;

// The collections.
inline constexpr const char* kMessages = "messages";     ///< the streams' entries
inline constexpr const char* kKeyPlaces = "key_places";  ///< only where a server finds by one _id only
inline constexpr const char* kUnsettled = "unsettled";
inline constexpr const char* kRooms = "rooms";
inline constexpr const char* kMembers = "members";
inline constexpr const char* kRoomNames = "room_names";
inline constexpr const char* kUsers = "users";
inline constexpr const char* kSessions = "sessions";
inline constexpr const char* kGenerations = "session_generations";
inline constexpr const char* kAccessTokens = "access_tokens";
inline constexpr const char* kInvites = "invites";
inline constexpr const char* kInviteUses = "invite_uses";
inline constexpr const char* kInstances = "instances";
inline constexpr const char* kDeployment =
    "deployment";  ///< what is there once: the first account, the deployment's id

inline constexpr const char* kMove = "move";  ///< the _id in kDeployment of a move from another store, begun or done

/// Makes the indexes that are missing, one a command. Several instances may do so at once. Throws StoreUnavailable.
void make_indexes(Database& database);

}  // namespace parley::mongodb
