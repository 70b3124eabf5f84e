#include "api/member_endpoints.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/account_json.h"
#include "api/fields.h"
#include "api/page_query.h"

namespace parley::api {
namespace {

boost::json::object member_json(const MemberView& view) {
  return {{"user_id", view.member.user_id},
          {"username", view.member.username},
          {"display_name", view.display_name},
          {"role", to_string(view.member.role)}};
}

Result<Response> shown(const Result<MemberView>& member) {
  if (!member) return member.error();
  return json_response(200, boost::json::serialize(member_json(*member)));
}

/// Nobody is added as the owner: a room is handed over.
std::optional<Role> role_of(Fields& fields, const std::string& text, Role most) {
  const auto role = parse_role(text);
  if (role && *role <= most) return role;
  fields.fault(invalid(
      "role", most == Role::owner ? "role: must be owner, admin or member." : "role: must be admin or member."));
  return std::nullopt;
}

}  // namespace

void MemberEndpoints::add_to(Router& router) {
  const auto add_route = [&](Method method, std::string_view path, auto member) {
    router.add(method, path, Access::signed_in, [this, member](Request r) { return (this->*member)(std::move(r)); });
  };
  add_route(Method::get, "/api/v1/rooms/{room_id}/members", &MemberEndpoints::list);
  add_route(Method::put, "/api/v1/rooms/{room_id}/members/{user_id}", &MemberEndpoints::add);
  add_route(Method::patch, "/api/v1/rooms/{room_id}/members/{user_id}", &MemberEndpoints::set_role);
  add_route(Method::del, "/api/v1/rooms/{room_id}/members/{user_id}", &MemberEndpoints::remove);
}

Task<Result<Response>> MemberEndpoints::list(Request request) {
  auto fields = Fields::of_query(request);
  const PageQuery page(fields);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  const auto found = co_await members_.list(*request.identity, request.params.at("room_id"), page.cursor, page.limit);
  if (!found) co_return found.error();
  co_return json_response(200, page_json(*found, member_json));
}

Task<Result<Response>> MemberEndpoints::add(Request request) {
  Fields fields(request);
  const auto role = role_of(fields, fields.optional_text("role").value_or("member"), Role::admin);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  co_return shown(
      co_await members_.add(*request.identity, request.params.at("room_id"), request.params.at("user_id"), *role));
}

Task<Result<Response>> MemberEndpoints::set_role(Request request) {
  Fields fields(request);
  const auto role = role_of(fields, fields.text("role"), Role::owner);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  co_return shown(
      co_await members_.set_role(*request.identity, request.params.at("room_id"), request.params.at("user_id"), *role));
}

Task<Result<Response>> MemberEndpoints::remove(Request request) {
  if (auto ok = Fields(request).finish(); !ok) co_return ok.error();
  const auto removed =
      co_await members_.remove(*request.identity, request.params.at("room_id"), request.params.at("user_id"));
  if (!removed) co_return removed.error();
  co_return no_content();
}

}  // namespace parley::api
