#include "api/account_json.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace parley::api {
namespace {

namespace json = boost::json;

json::value time_json(const std::optional<Timestamp>& time) {
  return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

}  // namespace

json::object public_user_json(const User& user) {
  return {{"id", user.id}, {"username", user.username}, {"display_name", user.display_name}};
}

json::object user_json(const User& user) {
  auto object = public_user_json(user);
  object["created_at"] = to_rfc3339(user.created_at);
  object["is_admin"] = user.is_admin;
  return object;
}

json::object admin_user_json(const User& user) {
  auto object = user_json(user);
  object["disabled"] = user.disabled;
  return object;
}

json::object session_json(const Session& session, const std::string& current_session_id) {
  return {{"id", session.id},
          {"device", session.device},
          {"created_at", to_rfc3339(session.created_at)},
          {"last_used_at", to_rfc3339(session.last_used_at)},
          {"expires_at", to_rfc3339(session.expires_at)},
          {"current", session.id == current_session_id}};
}

json::object access_token_json(const AccessToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"created_at", to_rfc3339(token.created_at)},
          {"expires_at", time_json(token.expires_at)},
          {"last_used_at", time_json(token.last_used_at)}};
}

json::object invite_json(const Invite& invite) {
  return {{"id", invite.id},
          {"created_by", invite.created_by.empty() ? json::value(nullptr) : json::value(invite.created_by)},
          {"created_at", to_rfc3339(invite.created_at)},
          {"expires_at", time_json(invite.expires_at)},
          {"max_uses", invite.max_uses ? json::value(*invite.max_uses) : json::value(nullptr)},
          {"uses", invite.uses}};
}

json::object new_invite_json(const NewInvite& made, const std::string& url) {
  auto object = invite_json(made.invite);
  object["token"] = made.token;
  object["url"] = url;
  return object;
}

std::string list_json(std::vector<json::object> items, const std::string& next_cursor) {
  json::array array;
  array.reserve(items.size());
  for (auto& item : items) array.emplace_back(std::move(item));
  json::object list{{"items", std::move(array)}};
  list["next_cursor"] = next_cursor.empty() ? json::value(nullptr) : json::value(next_cursor);
  return json::serialize(list);
}

}  // namespace parley::api
