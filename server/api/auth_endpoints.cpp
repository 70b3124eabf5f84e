#include "api/auth_endpoints.h"

#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/fields.h"
#include "api/refresh_cookie.h"
#include "services/device_name.h"
#include "services/text_rules.h"

namespace parley::api {
namespace {

constexpr TextRule kPassword{.least = 1, .most = 1024};
constexpr TextRule kToken{.least = 1, .most = 128};

Result<std::string> device_of(const std::optional<std::string>& label, const Request& request) {
  if (label) return clean_display_name("device", *label);
  return device_name(request.header("user-agent"));
}

}  // namespace

void AuthEndpoints::add_to(Router& router) {
  const auto post = [&](std::string_view path, Access access, auto member) {
    router.add(Method::post, path, access, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  post("/api/v1/auth/register", Access::open, &AuthEndpoints::sign_up);
  post("/api/v1/auth/login", Access::open, &AuthEndpoints::sign_in);
  post("/api/v1/auth/refresh", Access::open, &AuthEndpoints::refresh);
  post("/api/v1/auth/logout", Access::optional, &AuthEndpoints::sign_out);
  post("/api/v1/auth/logout-all", Access::session_only, &AuthEndpoints::sign_out_everywhere);
  post("/api/v1/auth/password", Access::session_only, &AuthEndpoints::change_password);
  post("/api/v1/auth/password-reset", Access::open, &AuthEndpoints::reset_password);
}

Task<Result<Response>> AuthEndpoints::sign_up(Request request) {
  Fields fields(request);
  SignUp::Application application;
  application.username = fields.text("username");
  application.password = fields.text("password");
  application.display_name = fields.optional_text("display_name");
  application.invite = fields.optional_text("invite", kToken);
  application.setup_code = fields.optional_text("setup_code", {.least = 1, .most = 64});
  application.address = request.client_address;
  application.caller = request.caller;
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto user = co_await accounts_.sign_up.sign_up(std::move(application));
  if (!user) co_return user.error();
  co_return json_response(201, boost::json::serialize(user_json(*user)));
}

Task<Result<Response>> AuthEndpoints::sign_in(Request request) {
  auto fields = Fields::json_or_form(request);
  SignIn::Attempt attempt;
  attempt.username = fields.text("username", {.least = 1, .most = 256});
  attempt.password = fields.text("password", kPassword);
  const auto label = fields.optional_text("device");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  auto device = device_of(label, request);
  if (!device) co_return device.error();
  attempt.device = std::move(*device);
  attempt.address = request.client_address;
  const auto session = co_await accounts_.sign_in.sign_in(std::move(attempt));
  if (!session) co_return session.error();
  co_return signed_in(*session, request);
}

Task<Result<Response>> AuthEndpoints::refresh(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto session = co_await accounts_.sign_in.refresh(std::string(request.cookie(kRefreshCookie)));
  if (!session) co_return session.error();
  co_return signed_in(*session, request);
}

Response AuthEndpoints::signed_in(const SignIn::SignedIn& session, const Request& request) const {
  const boost::json::object token{{"access_token", session.access_token},
                                  {"token_type", "bearer"},
                                  {"expires_in", JwtSigner::kLifetime.count()},
                                  {"session_id", session.session_id}};
  auto response = json_response(200, boost::json::serialize(token));
  set_refresh_cookie(response, session.refresh_token, request, origins_);
  return response;
}

Task<Result<Response>> AuthEndpoints::sign_out(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto ended = co_await end_session(request.identity, std::string(request.cookie(kRefreshCookie)));
  if (!ended) co_return ended.error();
  auto response = no_content();
  clear_refresh_cookie(response, request, origins_);
  co_return response;
}

Task<Result<void>> AuthEndpoints::end_session(std::optional<Identity> user, std::string refresh_token) {
  if (!user) co_return co_await accounts_.sign_in.sign_out(std::move(refresh_token));
  if (user->credential != Credential::session) co_return refuse(Code::session_required);
  const auto session_id = user->session_id;
  co_return co_await accounts_.sessions.end(std::move(*user), session_id);
}

Task<Result<Response>> AuthEndpoints::sign_out_everywhere(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  co_await accounts_.sessions.end_all(*request.identity);
  auto response = no_content();
  clear_refresh_cookie(response, request, origins_);
  co_return response;
}

Task<Result<Response>> AuthEndpoints::change_password(Request request) {
  Fields fields(request);
  auto current = fields.text("current_password", kPassword);
  auto next = fields.text("new_password");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto changed = co_await accounts_.password_changes.change(*request.identity, std::move(current),
                                                                  std::move(next), request.client_address);
  if (!changed) co_return changed.error();
  co_return no_content();
}

Task<Result<Response>> AuthEndpoints::reset_password(Request request) {
  Fields fields(request);
  auto token = fields.text("token", kToken);
  auto next = fields.text("new_password");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto changed = co_await accounts_.password_changes.reset(std::move(token), std::move(next));
  if (!changed) co_return changed.error();
  co_return no_content();
}

}  // namespace parley::api
