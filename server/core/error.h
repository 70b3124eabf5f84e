#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace parley {

/// Every error a caller can be told. The table in error.cpp maps each to its stable wire name, HTTP status,
/// WebSocket close code and title; REST, WebSocket and documentation all come from that table.
enum class Code {
  validation_failed,
  malformed_json,
  unknown_field,
  bad_request,
  unauthorized,
  invalid_credentials,
  token_expired,
  account_disabled,
  session_required,
  wrong_password,
  forbidden,
  registration_closed,
  invite_required,
  invite_invalid,
  setup_code_required,
  reset_link_invalid,
  origin_not_allowed,
  not_found,
  method_not_allowed,
  request_timeout,
  name_taken,
  username_taken,
  owner_must_hand_over,
  too_many_members,
  too_many_rooms,
  too_many_tokens,
  too_many_invites,
  too_many_subscriptions,
  conflict,
  body_too_large,
  uri_too_long,
  unsupported_media_type,
  unknown_type,
  upgrade_required,
  rate_limited,
  header_too_large,
  internal,
  busy,
  store_unavailable,
  shutting_down,
  outcome_unknown,
};

struct ErrorKind {
  Code code;
  std::string_view name;   ///< stable, on the wire
  int http_status;         ///< RFC 9110
  int close_code;          ///< RFC 6455 section 7.4; 0: the connection stays
  std::string_view title;  ///< one line, for people
  bool retryable;          ///< the same request may succeed later
};

/// The row of the table for `code`. Never fails: every Code has a row (checked by a unit test).
const ErrorKind& kind_of(Code code);

/// An expected refusal: what was wrong, where, what to do. Travels in Result<T>.
struct Error {
  Code code = Code::internal;
  std::string message{};  ///< for the person who wrote the request; no secrets, no other user's data
  std::string field{};    ///< the request's field that is wrong; empty where it is none in particular
  int retry_after_s = 0;  ///< seconds; 0: not said

  /// Whether the answer has the field. An unknown one always: its name may be empty.
  bool names_field() const { return !field.empty() || code == Code::unknown_field; }
};

/// The store could not be asked, and nothing of the request was written.
struct StoreUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The store failed in a way that leaves open whether the write took place (an I/O error from COMMIT, a lost
/// reply). Only writing the same key again settles it.
struct OutcomeUnknown : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A bounded queue is full; nothing was started.
struct Busy : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Maps what is being handled (call inside a catch block) to what the caller is told. Everything unexpected
/// becomes `internal`; its text goes to the log, not to the caller.
Error error_from_current_exception();

}  // namespace parley
