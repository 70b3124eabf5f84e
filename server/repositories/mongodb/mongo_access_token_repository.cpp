#include "repositories/mongodb/mongo_access_token_repository.h"

#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

Document to_document(const AccessToken& token) {
  Document document;
  document.set("_id", token.id)
      .set("user_id", token.user_id)
      .set("name", token.name)
      .set("hash", token.hash)
      .set("created_at", token.created_at)
      .set("ended", false)
      .set("unannounced", false);
  if (token.last_used_at) document.set("last_used_at", *token.last_used_at);
  if (token.expires_at) document.set("expires_at", *token.expires_at);
  return document;
}

AccessToken to_token(const Document& document) {
  AccessToken token;
  token.id = document.text("_id");
  token.user_id = document.text("user_id");
  token.name = document.text("name");
  token.hash = document.text("hash");
  token.created_at = document.time("created_at");
  token.last_used_at = document.optional_time("last_used_at");
  token.expires_at = document.optional_time("expires_at");
  token.ended = document.flag("ended");
  return token;
}

std::vector<AccessToken> to_tokens(const std::vector<Document>& documents) {
  std::vector<AccessToken> tokens;
  tokens.reserve(documents.size());
  for (const auto& document : documents) tokens.push_back(to_token(document));
  return tokens;
}

}  // namespace

void MongoAccessTokenRepository::create(const AccessToken& token) {
  database_.insert_new(kAccessTokens, to_document(token));
}

std::optional<AccessToken> MongoAccessTokenRepository::find(std::string_view token_id) {
  const auto found = database_.find_by_id(kAccessTokens, token_id);
  return found ? std::optional(to_token(*found)) : std::nullopt;
}

std::vector<AccessToken> MongoAccessTokenRepository::live_of(std::string_view user_id, Timestamp now) {
  Query query;
  query.filter = Document().set("user_id", user_id).set("ended", false);
  auto tokens = to_tokens(database_.find(kAccessTokens, query));
  std::erase_if(tokens, [&](const AccessToken& token) { return token.expires_at && *token.expires_at <= now; });
  return tokens;
}

void MongoAccessTokenRepository::set_last_used(std::string_view token_id, Timestamp now) {
  const auto used = Document().set("last_used_at", now);
  database_.update(kAccessTokens, by_id(token_id), Document().set("$set", used));
}

void MongoAccessTokenRepository::end(std::string_view token_id, Timestamp now) {
  const auto ended = Document().set("ended", true).set("ended_at", now).set("unannounced", true);
  database_.update(kAccessTokens, by_id(token_id).set("ended", false), Document().set("$set", ended));
}

std::vector<AccessToken> MongoAccessTokenRepository::unannounced(std::size_t limit) {
  Query query;
  query.filter = Document().set("unannounced", true);
  query.limit = static_cast<std::int64_t>(limit);
  return to_tokens(database_.find(kAccessTokens, query));
}

void MongoAccessTokenRepository::set_announced(std::string_view token_id) {
  const auto announced = Document().set("unannounced", false);
  database_.update(kAccessTokens, by_id(token_id).set("unannounced", true), Document().set("$set", announced));
}

std::size_t MongoAccessTokenRepository::purge(Timestamp before, std::size_t limit) {
  const std::vector<Document> dead{compare("ended_at", "$lt", before), compare("expires_at", "$lt", before)};
  Query query;
  query.filter = Document().set("$or", std::span(dead));
  query.limit = static_cast<std::int64_t>(limit);
  const auto found = database_.find(kAccessTokens, query);
  for (const auto& document : found) database_.remove(kAccessTokens, by_id(document.text("_id")));
  return found.size();
}

}  // namespace parley::mongodb
