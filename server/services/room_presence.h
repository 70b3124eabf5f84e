#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "pubsub/notice_board.h"

namespace parley {

struct PresentUser {
  std::string user_id;
  std::string username;
};

/// Who is online in one room, as far as this instance knows: here, and on each of the others. Does no I/O.
class RoomPresence {
 public:
  using Usernames = std::map<std::string, std::string>;  ///< by user id

  /// A connection of the user came or went here. Whether that changed who is here.
  bool add(const std::string& user_id, const std::string& username);
  bool remove(const std::string& user_id);
  bool nobody_here() const { return here_.empty(); }

  /// Who is here, as a note for the other instances; empty where nobody is.
  std::string note() const;

  /// Takes the notes of all instances for what they are now. Where one is missing it may have been lost with the bus:
  /// `keep_lost` says whether to go on with what was known of it.
  void set_elsewhere(const std::vector<NoticeBoard::Note>& notes, const std::string& own_id, bool keep_lost);
  /// An instance is dead. Whether it had anybody here.
  bool forget_instance(const std::string& instance_id);

  /// Everybody, once, by user id.
  Usernames everybody() const;

  /// Who came and who went since this was called last.
  struct Changes {
    std::vector<PresentUser> joined;
    std::vector<PresentUser> left;
  };
  Changes take_changes();
  /// Takes who is elsewhere, and not here, for told.
  void tell_silently();

 private:
  struct Here {
    std::string username;
    int connections = 0;
  };
  std::map<std::string, Here> here_;            ///< by user id
  std::map<std::string, Usernames> elsewhere_;  ///< by instance id
  Usernames told_;                              ///< who was there at the last take_changes()
};

}  // namespace parley
