#include "core/error.h"

#include <array>
#include <cassert>

#include "core/log.h"
#include "core/result.h"

namespace parley {
namespace {

constexpr std::array kKinds{
    ErrorKind{Code::validation_failed, "validation_failed", 422, 0, "A field has a wrong value", false},
    ErrorKind{Code::malformed_json, "malformed_json", 400, 0, "The body is not valid JSON", false},
    ErrorKind{Code::unknown_field, "unknown_field", 422, 0, "A field is not known here", false},
    ErrorKind{Code::bad_request, "bad_request", 400, 0, "The request is malformed", false},
    ErrorKind{Code::unauthorized, "unauthorized", 401, 4001, "Sign in first", false},
    ErrorKind{Code::invalid_credentials, "invalid_credentials", 401, 0, "Wrong username or password", false},
    ErrorKind{Code::token_expired, "token_expired", 401, 4001, "The token has ended", false},
    ErrorKind{Code::account_disabled, "account_disabled", 403, 4003, "The account is disabled", false},
    ErrorKind{Code::session_required, "session_required", 403, 0, "A personal access token is not enough here", false},
    ErrorKind{Code::wrong_password, "wrong_password", 403, 0, "The present password is wrong", false},
    ErrorKind{Code::forbidden, "forbidden", 403, 0, "You may not do that here", false},
    ErrorKind{Code::registration_closed, "registration_closed", 403, 0, "Registration is closed", false},
    ErrorKind{Code::invite_required, "invite_required", 403, 0, "Registration needs an invite", false},
    ErrorKind{Code::invite_invalid, "invite_invalid", 403, 0, "The link has ended or never was", false},
    ErrorKind{Code::setup_code_required, "setup_code_required", 403, 0, "The first account needs the set-up code",
              false},
    ErrorKind{Code::reset_link_invalid, "reset_link_invalid", 403, 0, "The link has ended or never was", false},
    ErrorKind{Code::origin_not_allowed, "origin_not_allowed", 403, 0, "This origin is not allowed", false},
    ErrorKind{Code::not_found, "not_found", 404, 0, "There is no such thing", false},
    ErrorKind{Code::method_not_allowed, "method_not_allowed", 405, 0, "The method is not allowed here", false},
    ErrorKind{Code::request_timeout, "request_timeout", 408, 0, "The request came in too slowly", true},
    ErrorKind{Code::name_taken, "name_taken", 409, 0, "The name is taken", false},
    ErrorKind{Code::username_taken, "username_taken", 409, 0, "The username is taken", false},
    ErrorKind{Code::owner_must_hand_over, "owner_must_hand_over", 409, 0, "An owner hands the room over first", false},
    ErrorKind{Code::too_many_members, "too_many_members", 409, 0, "The room is full", false},
    ErrorKind{Code::too_many_rooms, "too_many_rooms", 409, 0, "You own as many rooms as one may", false},
    ErrorKind{Code::too_many_tokens, "too_many_tokens", 409, 0, "You have as many tokens as one may", false},
    ErrorKind{Code::too_many_invites, "too_many_invites", 409, 0, "There are as many open invites as may be", false},
    ErrorKind{Code::too_many_subscriptions, "too_many_subscriptions", 409, 0,
              "This connection follows as many rooms as one may", false},
    ErrorKind{Code::conflict, "conflict", 409, 0, "That conflicts with the present state", false},
    ErrorKind{Code::body_too_large, "body_too_large", 413, 1009, "The body is too large", false},
    ErrorKind{Code::uri_too_long, "uri_too_long", 414, 0, "The URL is too long", false},
    ErrorKind{Code::unsupported_media_type, "unsupported_media_type", 415, 0, "The content type is not accepted",
              false},
    ErrorKind{Code::unknown_type, "unknown_type", 422, 0, "There is no such command", false},
    ErrorKind{Code::upgrade_required, "upgrade_required", 426, 0, "This path speaks WebSocket only", false},
    ErrorKind{Code::rate_limited, "rate_limited", 429, 4029, "Too many requests", true},
    ErrorKind{Code::header_too_large, "header_too_large", 431, 0, "The header is too large", false},
    ErrorKind{Code::internal, "internal_error", 500, 1011, "The server failed", true},
    ErrorKind{Code::busy, "busy", 503, 0, "The server is busy", true},
    ErrorKind{Code::store_unavailable, "store_unavailable", 503, 0, "The store can't be written or read", true},
    ErrorKind{Code::shutting_down, "shutting_down", 503, 1001, "The server is shutting down", true},
    ErrorKind{Code::outcome_unknown, "outcome_unknown", 504, 0,
              "Whether it was stored is not known; send the same key again", true},
};

}  // namespace

const ErrorKind& kind_of(Code code) {
  const auto& kind = kKinds.at(static_cast<std::size_t>(code));
  assert(kind.code == code);
  return kind;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("unchecked result: " + std::string(kind_of(error.code).name) + ": " + error.message);
}

Error error_from_current_exception() {
  try {
    throw;
  } catch (const OutcomeUnknown& e) {
    log::error("store outcome unknown", {{"reason", e.what()}});
    return refuse(Code::outcome_unknown);
  } catch (const StoreUnavailable& e) {
    log::error("store unavailable", {{"reason", e.what()}});
    return refuse(Code::store_unavailable);
  } catch (const Busy& e) {
    log::warn("queue full", {{"queue", e.what()}});
    return Error{Code::busy, "The server is busy; try again shortly.", {}, 1};
  } catch (const std::exception& e) {
    log::error("unexpected failure", {{"reason", e.what()}});
    return refuse(Code::internal);
  }
}

}  // namespace parley
