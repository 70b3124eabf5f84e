#pragma once

#include "repositories/access_token_repository.h"
#include "repositories/invite_repository.h"
#include "repositories/room_repository.h"
#include "repositories/session_repository.h"
#include "repositories/stream_repository.h"
#include "repositories/user_repository.h"

namespace parley::test {

/// All repositories over one empty store, which is gone with the object.
class TestStore {
 public:
  virtual ~TestStore() = default;

  virtual UserRepository& users() = 0;
  virtual SessionRepository& sessions() = 0;
  virtual AccessTokenRepository& access_tokens() = 0;
  virtual InviteRepository& invites() = 0;
  virtual StreamRepository& streams() = 0;
  virtual RoomRepository& rooms() = 0;

  /// As after a restart. References to repositories end.
  virtual void reopen() = 0;
};

}  // namespace parley::test
