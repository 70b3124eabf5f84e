#include "repositories/mongodb/mongo_session_repository.h"

#include <array>

#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

Document to_document(const Session& session) {
  return by_id(session.id)
      .set("user_id", session.user_id)
      .set("device", session.device)
      .set("created_at", session.created_at)
      .set("last_used_at", session.last_used_at)
      .set("expires_at", session.expires_at)
      .set("generation", session.generation)
      .set("generation_at", session.generation_at)
      .set("ended", false)
      .set("unannounced", false);
}

Session to_session(const Document& document) {
  Session session;
  session.id = document.text("_id");
  session.user_id = document.text("user_id");
  session.device = document.text("device");
  session.created_at = document.time("created_at");
  session.last_used_at = document.time("last_used_at");
  session.expires_at = document.time("expires_at");
  session.generation = document.count("generation");
  session.generation_at = document.time("generation_at");
  session.ended = document.flag("ended");
  return session;
}

std::vector<Session> to_sessions(const std::vector<Document>& documents) {
  std::vector<Session> sessions;
  sessions.reserve(documents.size());
  for (const auto& document : documents) sessions.push_back(to_session(document));
  return sessions;
}

std::string generation_id(std::string_view session_id, std::uint64_t generation) {
  return std::string(session_id) + "/" + std::to_string(generation);
}

/// The session as its newest generation, of those given, leaves it.
void move_on(const std::vector<Document>& generations, Session& session) {
  for (const auto& document : generations) {
    const auto number = document.count("generation");
    if (number < session.generation) continue;
    session.generation = number;
    session.generation_at = session.last_used_at = document.time("made_at");
    session.expires_at = document.time("expires_at");
  }
}

Document values_of(const Session& session) {
  return Document()
      .set("generation", session.generation)
      .set("generation_at", session.generation_at)
      .set("last_used_at", session.last_used_at)
      .set("expires_at", session.expires_at);
}

}  // namespace

void MongoSessionRepository::create(const Session& session) {
  database_.insert_new(kSessions, to_document(session));
}

std::optional<Session> MongoSessionRepository::find(std::string_view session_id) {
  const auto found = database_.find_by_id(kSessions, session_id);
  return found ? std::optional(to_session(*found)) : std::nullopt;
}

std::vector<Session> MongoSessionRepository::live_of(std::string_view user_id, Timestamp now) {
  Query query;
  query.filter = Document().set("user_id", user_id).set("ended", false).add(compare("expires_at", "$gt", now));
  return to_sessions(database_.find(kSessions, query));
}

/// The generations' documents decide; the session's only follows.
std::optional<Session> MongoSessionRepository::advance(std::string_view session_id, std::uint64_t presented,
                                                       Timestamp now, Timestamp expires_at) {
  auto before = find(session_id);
  if (!before || before->ended) return before;
  if (presented >= before->generation) {
    const auto next = presented + 1;
    database_.insert_or_find(kGenerations, by_id(generation_id(session_id, next))
                                               .set("session_id", session_id)
                                               .set("generation", next)
                                               .set("made_at", now)
                                               .set("expires_at", expires_at));
  }
  const std::array ids{generation_id(session_id, presented + 1), generation_id(session_id, presented + 2),
                       generation_id(session_id, presented + 3)};
  const auto generations = database_.find_by_ids(kGenerations, ids);
  auto session = find(session_id);
  if (!session || session->ended) return session;
  const auto known = session->generation;
  move_on(generations, *session);
  if (session->generation > known) {
    database_.update(kSessions, by_id(session_id).add(compare("generation", "$lt", session->generation)),
                     Document().set("$set", values_of(*session)));
    // What the session's document has passed decides nothing any more.
    if (session->generation > 2) {
      database_.remove(kGenerations, by_id(generation_id(session_id, session->generation - 2)));
    }
  }
  return session;
}

void MongoSessionRepository::end(std::string_view session_id, Timestamp now) {
  const auto ended = Document().set("ended", true).set("ended_at", now).set("unannounced", true);
  database_.update(kSessions, by_id(session_id).set("ended", false), Document().set("$set", ended));
}

std::vector<Session> MongoSessionRepository::unannounced(std::size_t limit) {
  Query query;
  query.filter = Document().set("unannounced", true);
  query.limit = static_cast<std::int64_t>(limit);
  return to_sessions(database_.find(kSessions, query));
}

void MongoSessionRepository::set_announced(std::string_view session_id) {
  const auto announced = Document().set("unannounced", false);
  database_.update(kSessions, by_id(session_id).set("unannounced", true), Document().set("$set", announced));
}

std::size_t MongoSessionRepository::purge(Timestamp before, std::size_t limit) {
  const std::vector<Document> dead{compare("ended_at", "$lt", before), compare("expires_at", "$lt", before)};
  Query query;
  query.filter = Document().set("$or", std::span(dead));
  query.limit = static_cast<std::int64_t>(limit);
  const auto found = database_.find(kSessions, query);
  for (const auto& document : found) {
    const auto id = document.text("_id");
    const auto generations = Document().set("$gt", id + "/").set("$lt", id + "0");  // '0' follows '/'
    database_.remove_all(kGenerations, Document().set("_id", generations));
    database_.remove(kSessions, by_id(id));
  }
  return found.size();
}

}  // namespace parley::mongodb
