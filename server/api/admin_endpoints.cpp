#include "api/admin_endpoints.h"

#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/fields.h"
#include "api/invite_terms.h"
#include "api/page_query.h"
#include "services/text_rules.h"

namespace parley::api {

void AdminEndpoints::add_to(Router& router) {
  const auto add = [&](Method method, std::string_view path, Access access, auto member) {
    router.add(method, path, access, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  const std::string user = "/api/v1/admin/users/{user_id}";
  add(Method::get, "/api/v1/admin/users", Access::admin, &AdminEndpoints::list_users);
  add(Method::patch, user, Access::admin_session, &AdminEndpoints::change_user);
  add(Method::post, user + "/password-reset", Access::admin_session, &AdminEndpoints::create_password_reset);
  add(Method::get, "/api/v1/admin/invites", Access::admin, &AdminEndpoints::list_invites);
  add(Method::post, "/api/v1/admin/invites", Access::admin, &AdminEndpoints::create_invite);
  add(Method::del, "/api/v1/admin/invites/{invite_id}", Access::admin, &AdminEndpoints::withdraw_invite);
}

Task<Result<Response>> AdminEndpoints::list_users(Request request) {
  auto fields = Fields::of_query(request);
  const PageQuery query(fields);
  auto part = fields.optional_text("q", {.least = 1, .most = kNameLength}).value_or("");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto page = co_await directory_.list(std::move(part), query.cursor, query.limit);
  if (!page) co_return page.error();
  co_return json_response(200, page_json(*page, admin_user_json));
}

Task<Result<Response>> AdminEndpoints::change_user(Request request) {
  using Standing = UserDirectory::Standing;
  Fields fields(request);
  const bool disabled = fields.flag("disabled");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto user = co_await directory_.set_standing(request.identity->user_id, request.params.at("user_id"),
                                                     disabled ? Standing::disabled : Standing::enabled);
  if (!user) co_return user.error();
  co_return json_response(200, boost::json::serialize(admin_user_json(*user)));
}

Task<Result<Response>> AdminEndpoints::create_password_reset(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto made = co_await directory_.create_password_reset(request.identity->user_id, request.params.at("user_id"));
  if (!made) co_return made.error();
  boost::json::object object{{"token", made->token},
                             {"url", links_.password_reset(request, made->token)},
                             {"expires_at", to_rfc3339(made->invite.expires_at.value())}};
  co_return json_response(201, boost::json::serialize(object));
}

Task<Result<Response>> AdminEndpoints::list_invites(Request request) {
  auto fields = Fields::of_query(request);
  const PageQuery query(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto page = co_await invites_.open(InviteKind::server, "", query.cursor, query.limit);
  if (!page) co_return page.error();
  co_return json_response(200, page_json(*page, invite_json));
}

Task<Result<Response>> AdminEndpoints::create_invite(Request request) {
  Fields fields(request);
  auto terms = read_invite_terms(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  terms.created_by = request.identity->user_id;
  const auto made = co_await invites_.create(std::move(terms));
  if (!made) co_return made.error();
  const auto url = links_.invite(request, made->token);
  co_return json_response(201, boost::json::serialize(new_invite_json(*made, url)));
}

Task<Result<Response>> AdminEndpoints::withdraw_invite(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto ended = co_await invites_.withdraw(InviteKind::server, "", request.params.at("invite_id"));
  if (!ended) co_return ended.error();
  co_return no_content();
}

}  // namespace parley::api
