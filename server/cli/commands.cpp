#include "cli/commands.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <system_error>

#include "cli/arguments.h"
#include "cli/backup.h"

namespace parley::cli {
namespace {

using boost::json::object;

constexpr std::int64_t kMostInviteUses = 10'000;
constexpr std::int64_t kLeastLifetimeSeconds = 60;
constexpr std::int64_t kMostLifetimeSeconds = 366LL * 24 * 3600;

object json_of(const UserRow& user) {
  return {{"id", user.id},          {"username", user.username},    {"display_name", user.display_name},
          {"admin", user.is_admin}, {"disabled", user.is_disabled}, {"created_at", to_rfc3339(user.created_at)}};
}

object json_of(const RoomRow& room) {
  return {{"id", room.id},
          {"name", room.name},
          {"visibility", room.visibility},
          {"owner", room.owner},
          {"members", room.member_count},
          {"created_at", to_rfc3339(room.created_at)}};
}

object json_of(const InviteLink& link) {
  return {{"url", link.url}, {"expires_at", to_rfc3339(link.expires_at)}};
}

template <class Row>
object json_of(const Listing<Row>& listing) {
  boost::json::array items;
  for (const auto& row : listing.rows) items.emplace_back(json_of(row));
  object result{{"items", std::move(items)}, {"next_cursor", nullptr}};
  if (!listing.next_cursor.empty()) result["next_cursor"] = listing.next_cursor;
  return result;
}

template <class Value>
Result<object> answer(const Result<Value>& result) {
  if (!result) return result.error();
  return json_of(*result);
}

/// Like error_from_current_exception, but the reason is told: it is the operator who asks.
Error operator_error() {
  try {
    throw;
  } catch (const OutcomeUnknown& e) {
    return refuse(Code::outcome_unknown, std::string("whether it was stored is not known: ") + e.what());
  } catch (const StoreUnavailable& e) {
    return refuse(Code::store_unavailable, e.what());
  } catch (const Busy& e) {
    return refuse(Code::busy, std::string("the server is busy (") + e.what() + "); try again");
  } catch (const std::exception& e) {
    return refuse(Code::internal, e.what());
  }
}

}  // namespace

Commands::Commands(const Operations& operations, std::string secret_key)
    : operations_(operations), secret_key_(std::move(secret_key)) {}

const std::map<std::string, Commands::Handler, std::less<>>& Commands::handlers() {
  static const std::map<std::string, Handler, std::less<>> all{
      {"user create", &Commands::create_user},     {"user list", &Commands::list_users},
      {"user password", &Commands::set_password},  {"user password-link", &Commands::make_password_link},
      {"user disable", &Commands::disable_user},   {"user enable", &Commands::enable_user},
      {"room list", &Commands::list_rooms},        {"room delete", &Commands::delete_room},
      {"invite create", &Commands::create_invite}, {"backup", &Commands::backup},
  };
  return all;
}

Task<Result<object>> Commands::run(std::string name, object args) {
  const auto handler = handlers().find(name);
  if (handler == handlers().end()) co_return refuse(Code::not_found, "this server has no command '" + name + "'");
  try {
    co_return co_await (this->*handler->second)(std::move(args));
  } catch (...) {
    co_return operator_error();
  }
}

Task<Result<object>> Commands::create_user(object args) {
  Arguments arguments(std::move(args));
  NewUser user{arguments.text("username"), arguments.text("password"), arguments.optional_text("display_name"),
               arguments.flag("admin") ? Power::admin : Power::member};
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  co_return answer(co_await operations_.create_user(std::move(user)));
}

Task<Result<object>> Commands::list_users(object args) {
  Arguments arguments(std::move(args));
  auto cursor = arguments.optional_text("cursor");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  co_return answer(co_await operations_.list_users(std::move(cursor)));
}

Task<Result<object>> Commands::set_password(object args) {
  Arguments arguments(std::move(args));
  auto username = arguments.text("username");
  auto password = arguments.text("password");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  const auto done = co_await operations_.set_password(username, std::move(password));
  if (!done) co_return done.error();
  co_return object{{"username", username}};
}

Task<Result<object>> Commands::make_password_link(object args) {
  Arguments arguments(std::move(args));
  auto username = arguments.text("username");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  co_return answer(co_await operations_.make_password_link(std::move(username)));
}

Task<Result<object>> Commands::disable_user(object args) {
  return set_standing(std::move(args), Standing::disabled);
}
Task<Result<object>> Commands::enable_user(object args) {
  return set_standing(std::move(args), Standing::enabled);
}

Task<Result<object>> Commands::set_standing(object args, Standing standing) {
  Arguments arguments(std::move(args));
  auto username = arguments.text("username");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  co_return answer(co_await operations_.set_standing(std::move(username), standing));
}

Task<Result<object>> Commands::list_rooms(object args) {
  Arguments arguments(std::move(args));
  auto cursor = arguments.optional_text("cursor");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  co_return answer(co_await operations_.list_rooms(std::move(cursor)));
}

Task<Result<object>> Commands::delete_room(object args) {
  Arguments arguments(std::move(args));
  auto room_id = arguments.text("room_id");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  const auto done = co_await operations_.delete_room(room_id);
  if (!done) co_return done.error();
  co_return object{{"room_id", room_id}};
}

Task<Result<object>> Commands::create_invite(object args) {
  Arguments arguments(std::move(args));
  NewInvite invite{arguments.number("uses", 1, kMostInviteUses),
                   arguments.number("lifetime_s", kLeastLifetimeSeconds, kMostLifetimeSeconds),
                   arguments.optional_text("room_id")};
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  co_return answer(co_await operations_.create_invite(std::move(invite)));
}

Task<Result<object>> Commands::backup(object args) {
  Arguments arguments(std::move(args));
  const auto folder = arguments.text("folder");
  if (const auto ok = arguments.finish(); !ok) co_return ok.error();
  if (!folder.starts_with('/')) co_return invalid("folder", "folder must be an absolute path");
  std::uint64_t bytes = 0;
  std::function<void()> work = [this, &folder, &bytes] {
    bytes = write_backup(folder, secret_key_, operations_.snapshot);
  };
  co_await operations_.run_blocking(std::move(work));
  co_return object{{"folder", folder}, {"bytes", bytes}};
}

}  // namespace parley::cli
