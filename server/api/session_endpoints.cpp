#include "api/session_endpoints.h"

#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/fields.h"
#include "api/page_query.h"

namespace parley::api {

void SessionEndpoints::add_to(Router& router) {
  const auto add = [&](Method method, std::string_view path, auto member) {
    router.add(method, path, Access::session_only, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  add(Method::get, "/api/v1/auth/sessions", &SessionEndpoints::list_sessions);
  add(Method::del, "/api/v1/auth/sessions/{session_id}", &SessionEndpoints::end_session);
  add(Method::get, "/api/v1/auth/tokens", &SessionEndpoints::list_tokens);
  add(Method::post, "/api/v1/auth/tokens", &SessionEndpoints::create_token);
  add(Method::del, "/api/v1/auth/tokens/{token_id}", &SessionEndpoints::revoke_token);
}

Task<Result<Response>> SessionEndpoints::list_sessions(Request request) {
  auto fields = Fields::of_query(request);
  const PageQuery query(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto page = co_await sessions_.list(*request.identity, query.cursor, query.limit);
  if (!page) co_return page.error();
  co_return json_response(200, page_json(*page, [&](const Session& session) {
                            return session_json(session, request.identity->session_id);
                          }));
}

Task<Result<Response>> SessionEndpoints::end_session(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto ended = co_await sessions_.end(*request.identity, request.params.at("session_id"));
  if (!ended) co_return ended.error();
  co_return no_content();
}

Task<Result<Response>> SessionEndpoints::list_tokens(Request request) {
  auto fields = Fields::of_query(request);
  const PageQuery query(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto page = co_await sessions_.access_tokens(*request.identity, query.cursor, query.limit);
  if (!page) co_return page.error();
  co_return json_response(200, page_json(*page, access_token_json));
}

Task<Result<Response>> SessionEndpoints::create_token(Request request) {
  Fields fields(request);
  auto name = fields.text("name");
  const auto days = fields.optional_number("expires_in_days", 1, 3650);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto made = co_await sessions_.create_access_token(*request.identity, std::move(name), days);
  if (!made) co_return made.error();
  auto object = access_token_json(made->token);
  object["token"] = made->text;
  co_return json_response(201, boost::json::serialize(object));
}

Task<Result<Response>> SessionEndpoints::revoke_token(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto revoked = co_await sessions_.revoke_access_token(*request.identity, request.params.at("token_id"));
  if (!revoked) co_return revoked.error();
  co_return no_content();
}

}  // namespace parley::api
