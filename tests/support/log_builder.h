#pragma once

#include <string>
#include <vector>

#include "core/ids.h"
#include "models/entry.h"
#include "models/room.h"
#include "models/state_change.h"
#include "support/account_samples.h"

namespace parley::test {

struct Person {
  std::string id = new_id();
  std::string username = "ada";
};

/// Makes the entries of one room's log, each continuing the one before, as the appender does.
class LogBuilder {
 public:
  explicit LogBuilder(Person owner = {}) : owner_(std::move(owner)) {}

  const std::string& room_id() const { return room_id_; }
  const std::string& stream() const { return stream_; }
  const Person& owner() const { return owner_; }
  const Head& head() const { return head_; }

  Entry next(std::string_view kind, const Person& by, std::string body, std::string key = "~" + new_id()) {
    Entry entry;
    entry.stream = stream_;
    entry.kind = std::string(kind);
    entry.user_id = by.id;
    entry.username = by.username;
    entry.key = std::move(key);
    entry.body = std::move(body);
    continue_from(head_, kNoon, entry);
    head_ = head_of(entry);
    return entry;
  }

  Entry created(const std::string& name, Visibility visibility = Visibility::public_room) {
    return next(kind::room_created, owner_, room_body(described(name, visibility)));
  }
  Entry changed(const std::string& name, Visibility visibility = Visibility::public_room) {
    return next(kind::room_changed, owner_, room_body(described(name, visibility)));
  }
  Entry message(const std::string& content = "hello", std::string key = "k-" + new_id()) {
    return next(kind::message, owner_, message_body(content), std::move(key));
  }
  Entry about(std::string_view kind, const Person& person, Role role = Role::member) {
    return next(kind, owner_, member_body({person.id, person.username, role}));
  }
  Entry deleted() { return next(kind::room_deleted, owner_, "{}"); }

  /// Forgets the last entry, which was not committed.
  void back_to(const Head& head) { head_ = head; }

 private:
  static Room described(const std::string& name, Visibility visibility) {
    Room room;
    room.name = name;
    room.description = "about " + name;
    room.visibility = visibility;
    return room;
  }

  const Person owner_;
  const std::string room_id_ = new_id();
  const std::string stream_ = room_stream(room_id_);
  Head head_;
};

}  // namespace parley::test
