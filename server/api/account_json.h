#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "models/account.h"
#include "repositories/page.h"
#include "services/invites.h"

/// Accounts as the contract (openapi.yaml) shows them.
namespace parley::api {

boost::json::object user_json(const User& user);         ///< User: one's own account
boost::json::object public_user_json(const User& user);  ///< PublicUser
boost::json::object admin_user_json(const User& user);   ///< AdminUser
boost::json::object session_json(const Session& session, const std::string& current_session_id);
boost::json::object access_token_json(const AccessToken& token);  ///< PersonalToken
boost::json::object invite_json(const Invite& invite);
boost::json::object new_invite_json(const NewInvite& made, const std::string& url);

/// {"items": […], "next_cursor": …}; an empty cursor is null.
std::string list_json(std::vector<boost::json::object> items, const std::string& next_cursor);

/// A page whose items `to_json` makes objects of.
template <class Item, class ToJson>
std::string page_json(const Page<Item>& page, const ToJson& to_json) {
  std::vector<boost::json::object> items;
  items.reserve(page.items.size());
  for (const auto& item : page.items) items.push_back(to_json(item));
  return list_json(std::move(items), page.next_cursor);
}

}  // namespace parley::api
