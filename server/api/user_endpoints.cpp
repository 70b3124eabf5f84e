#include "api/user_endpoints.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/fields.h"
#include "core/ids.h"
#include "services/text_rules.h"

namespace parley::api {
namespace {

constexpr std::size_t kMaxIds = 100;

/// Ids with commas between, each once.
Result<std::vector<std::string>> split_ids(std::string_view text) {
  std::vector<std::string> ids;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    const auto id = text.substr(start, end - start);
    if (!is_id(id)) return invalid("ids", "ids: must be ids with commas between.");
    if (ids.size() == kMaxIds) return invalid("ids", "ids: at most 100.");
    ids.emplace_back(id);
    start = end + 1;
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

void UserEndpoints::add_to(Router& router) {
  const auto add = [&](Method method, std::string_view path, auto member) {
    router.add(method, path, Access::signed_in, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  add(Method::get, "/api/v1/auth/me", &UserEndpoints::me);
  add(Method::patch, "/api/v1/auth/me", &UserEndpoints::change_me);
  add(Method::get, "/api/v1/users", &UserEndpoints::look_up);
}

Task<Result<Response>> UserEndpoints::me(Request request) {
  if (auto ok = Fields::of_query(request).finish(); !ok) co_return ok.error();
  const auto user = co_await directory_.find(request.identity->user_id);
  if (!user) co_return refuse(Code::unauthorized, "The account is no more.");
  co_return json_response(200, boost::json::serialize(user_json(*user)));
}

Task<Result<Response>> UserEndpoints::change_me(Request request) {
  Fields fields(request);
  auto name = fields.text("display_name");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto user = co_await directory_.set_display_name(*request.identity, std::move(name));
  if (!user) co_return user.error();
  co_return json_response(200, boost::json::serialize(user_json(*user)));
}

Task<Result<Response>> UserEndpoints::look_up(Request request) {
  auto fields = Fields::of_query(request);
  const auto id_list = fields.optional_text("ids");
  const auto username = fields.optional_text("username");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  if (id_list.has_value() == username.has_value()) {
    co_return invalid("ids", "Give either ids or username.");
  }
  Page<User> found;
  if (username) {
    if (auto ok = check_username("username", *username); !ok) co_return ok.error();
    auto user = co_await directory_.find_by_username(*username);
    if (user) found.items.push_back(std::move(*user));
  } else {
    auto ids = split_ids(*id_list);
    if (!ids) co_return ids.error();
    found.items = co_await directory_.find_all(std::move(*ids));
  }
  co_return json_response(200, page_json(found, public_user_json));
}

}  // namespace parley::api
