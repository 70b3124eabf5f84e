#pragma once

#include <functional>
#include <memory>

#include "core/data_folder.h"
#include "core/settings.h"
#include "repositories/instance_repository.h"
#include "repositories/mongodb/mongo_access_token_repository.h"
#include "repositories/mongodb/mongo_instance_repository.h"
#include "repositories/mongodb/mongo_invite_repository.h"
#include "repositories/mongodb/mongo_room_repository.h"
#include "repositories/mongodb/mongo_session_repository.h"
#include "repositories/mongodb/mongo_stream_repository.h"
#include "repositories/mongodb/mongo_user_repository.h"
#include "repositories/sqlite/snapshot.h"
#include "repositories/sqlite/sqlite_access_token_repository.h"
#include "repositories/sqlite/sqlite_invite_repository.h"
#include "repositories/sqlite/sqlite_room_repository.h"
#include "repositories/sqlite/sqlite_session_repository.h"
#include "repositories/sqlite/sqlite_stream_repository.h"
#include "repositories/sqlite/sqlite_user_repository.h"

namespace parley {

/// Everything that is stored, whatever stores it.
struct Store {
  StreamRepository& streams;
  RoomRepository& rooms;
  UserRepository& users;
  SessionRepository& sessions;
  AccessTokenRepository& access_tokens;
  InviteRepository& invites;
  InstanceRepository* instances = nullptr;  ///< where several instances share the store
  std::size_t readers;                      ///< threads that read
  std::size_t writers;                      ///< batches that are written at a time
  std::function<void()> prepare{};          ///< blocking; the rest works once it has not thrown
};

/// In the data folder's file.
struct SqliteStore {
  explicit SqliteStore(const std::filesystem::path& file) : database(file), snapshots(file) {
    rooms.drop_unused_claims();
  }
  Store parts() {
    return {streams, rooms, users, sessions, access_tokens, invites, nullptr, 4, 1, [] {}};  // it has one writer
  }

  sqlite::Database database;
  sqlite::SqliteStreamRepository streams{database};
  sqlite::SqliteRoomRepository rooms{database};
  sqlite::SqliteUserRepository users{database};
  sqlite::SqliteSessionRepository sessions{database};
  sqlite::SqliteAccessTokenRepository access_tokens{database};
  sqlite::SqliteInviteRepository invites{database};
  sqlite::SnapshotWriter snapshots;
};

struct MongoStore {
  static constexpr std::size_t kReaders = 8;  // they wait for the network
  static constexpr std::size_t kWriters = 4;

  explicit MongoStore(const Settings& settings)
      : database(settings.mongodb_url, settings.mongodb_db_name, static_cast<int>(kReaders + kWriters)) {}
  Store parts() {
    return {streams, rooms,      users,    sessions, access_tokens,
            invites, &instances, kReaders, kWriters, [this] { database.prepare(); }};
  }

  mongodb::Database database;
  mongodb::MongoStreamRepository streams{database};
  mongodb::MongoRoomRepository rooms{database};
  mongodb::MongoUserRepository users{database};
  mongodb::MongoSessionRepository sessions{database};
  mongodb::MongoAccessTokenRepository access_tokens{database};
  mongodb::MongoInviteRepository invites{database};
  mongodb::MongoInstanceRepository instances{database};
};

/// The one that the settings choose.
struct ChosenStore {
  ChosenStore(const Settings& settings, const DataFolder* folder) {
    if (settings.uses_mongodb()) {
      mongodb = std::make_unique<MongoStore>(settings);
    } else {
      sqlite = std::make_unique<SqliteStore>(folder->database());
    }
  }
  Store parts() { return mongodb ? mongodb->parts() : sqlite->parts(); }

  std::unique_ptr<SqliteStore> sqlite;
  std::unique_ptr<MongoStore> mongodb;
};

}  // namespace parley
