#include "repositories/mongodb/mongo_invite_repository.h"

#include <algorithm>

#include "core/error.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

std::string subject_of(const Invite& invite) {
  if (invite.kind == InviteKind::room) return invite.room_id;
  return invite.kind == InviteKind::password_reset ? invite.user_id : std::string();
}

Document to_document(const Invite& invite) {
  Document document;
  document.set("_id", invite.id)
      .set("kind", to_string(invite.kind))
      .set("subject", subject_of(invite))
      .set("hash", invite.hash)
      .set("room_id", invite.room_id)
      .set("user_id", invite.user_id)
      .set("created_by", invite.created_by)
      .set("created_at", invite.created_at)
      .set("ended", false);
  if (invite.expires_at) document.set("expires_at", *invite.expires_at);
  if (invite.max_uses) document.set("max_uses", *invite.max_uses);
  return document;
}

Invite to_invite(const Document& document) {
  Invite invite;
  invite.id = document.text("_id");
  invite.kind = parse_invite_kind(document.text("kind")).value_or(InviteKind::server);
  invite.hash = document.text("hash");
  invite.room_id = document.text("room_id");
  invite.user_id = document.text("user_id");
  invite.created_by = document.text("created_by");
  invite.created_at = document.time("created_at");
  invite.expires_at = document.optional_time("expires_at");
  if (document.has("max_uses")) invite.max_uses = document.count("max_uses");
  invite.ended = document.flag("ended");
  return invite;
}

Document uses_of(std::string_view invite_id) {
  return Document().set("invite_id", invite_id);
}

Document use_of(std::string_view invite_id, std::string_view user_id) {
  return Document().set("invite_id", invite_id).set("user_id", user_id);
}

/// The lowest that nobody has: returned ones are given out again.
std::int64_t free_number(const std::vector<Document>& uses) {
  std::vector<std::int64_t> taken;
  taken.reserve(uses.size());
  for (const auto& use : uses) taken.push_back(use.number("number"));
  std::sort(taken.begin(), taken.end());
  std::int64_t number = 1;
  for (const auto other : taken) number += other == number ? 1 : 0;
  return number;
}

}  // namespace

void MongoInviteRepository::create(const Invite& invite) {
  database_.insert_new(kInvites, to_document(invite));
}

std::optional<Invite> MongoInviteRepository::find(std::string_view invite_id) {
  const auto found = database_.find_by_id(kInvites, invite_id);
  if (!found) return std::nullopt;
  auto invite = to_invite(*found);
  invite.uses = static_cast<std::uint64_t>(database_.count(kInviteUses, uses_of(invite_id)));
  return invite;
}

std::vector<Invite> MongoInviteRepository::open_for(InviteKind kind, std::string_view subject, Timestamp now) {
  Query query;
  query.filter = Document().set("kind", to_string(kind)).set("subject", subject).set("ended", false);
  std::vector<Invite> open;
  for (const auto& document : database_.find(kInvites, query)) {
    auto invite = to_invite(document);
    invite.uses = static_cast<std::uint64_t>(database_.count(kInviteUses, uses_of(invite.id)));
    if (is_open(invite, now)) open.push_back(std::move(invite));
  }
  return open;
}

/// Each use is a document under its number; who inserts it has it.
InviteRepository::Use MongoInviteRepository::take_use(std::string_view invite_id, std::string_view user_id,
                                                      Timestamp now) {
  constexpr int kTries = 50;
  for (int i = 0; i < kTries; ++i) {
    Query query;
    query.filter = uses_of(invite_id);
    const auto uses = database_.find(kInviteUses, query);
    const bool has_one =
        std::any_of(uses.begin(), uses.end(), [&](const Document& use) { return use.text("user_id") == user_id; });
    if (has_one) return Use::had_one;
    const auto invite = database_.find_by_id(kInvites, invite_id);
    if (!invite || invite->flag("ended")) return Use::none_left;
    const auto number = free_number(uses);
    if (invite->has("max_uses") && number > invite->number("max_uses")) return Use::none_left;
    const auto id = std::string(invite_id).append("/").append(std::to_string(number));
    const auto use = by_id(id).add(use_of(invite_id, user_id)).set("number", number).set("used_at", now);
    if (database_.insert_new(kInviteUses, use)) return Use::taken;
  }
  throw StoreUnavailable("too many take uses of one invite at once");
}

void MongoInviteRepository::return_use(std::string_view invite_id, std::string_view user_id) {
  database_.remove(kInviteUses, use_of(invite_id, user_id));
}

void MongoInviteRepository::end(std::string_view invite_id, Timestamp now) {
  const auto ended = Document().set("ended", true).set("ended_at", now);
  database_.update(kInvites, by_id(invite_id).set("ended", false), Document().set("$set", ended));
}

std::size_t MongoInviteRepository::purge(Timestamp before, std::size_t limit) {
  const std::vector<Document> dead{compare("ended_at", "$lt", before), compare("expires_at", "$lt", before)};
  Query query;
  query.filter = Document().set("$or", std::span(dead));
  query.limit = static_cast<std::int64_t>(limit);
  const auto found = database_.find(kInvites, query);
  for (const auto& document : found) {
    const auto id = document.text("_id");
    database_.remove_all(kInviteUses, uses_of(id));
    database_.remove(kInvites, by_id(id));
  }
  return found.size();
}

}  // namespace parley::mongodb
