#include "repositories/mongodb/failure.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "repositories/mongodb/driver.h"

namespace parley::mongodb {
namespace {

// Codes of the server (MongoDB's error_codes.yml).
constexpr std::int64_t kDuplicateKey = 11000;
constexpr std::array<std::int64_t, 7> kPrimaryChanged{10107, 13435, 11602, 189, 91, 11600, 13436};
/// Refused before anything was done: no primary, no right, no such command.
constexpr std::array<std::int64_t, 7> kRefusedAtOnce{10107, 13435, 13436, 13, 18, 59, 8000};

bool is_one_of(std::int64_t code, const std::array<std::int64_t, 7>& codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::string told(std::string_view what, const std::string& text, std::int64_t code) {
  return std::string(what) + ": " + without_credentials(text) + " (code " + std::to_string(code) + ")";
}

/// Whether the driver got as far as sending the command.
bool was_sent(const DriverError& error) {
  if (error.domain == MONGOC_ERROR_STREAM) {
    return error.code != MONGOC_ERROR_STREAM_CONNECT && error.code != MONGOC_ERROR_STREAM_NAME_RESOLUTION &&
           error.code != MONGOC_ERROR_STREAM_NOT_ESTABLISHED;
  }
  return error.domain != MONGOC_ERROR_SERVER_SELECTION && error.domain != MONGOC_ERROR_CLIENT &&
         error.domain != MONGOC_ERROR_POOL && error.domain != MONGOC_ERROR_SCRAM && error.domain != MONGOC_ERROR_SASL;
}

[[noreturn]] void refuse_write(std::string_view what, const std::string& text, std::int64_t code, bool maybe_written) {
  const auto message = told(what, text, code);
  if (maybe_written) throw OutcomeUnknown(message);
  throw StoreUnavailable(message);
}

}  // namespace

WriteResult judge_write(const Document& reply, const DriverError& error) {
  if (!reply.has("ok")) refuse_write("no reply to a write", error.text, error.code, was_sent(error));
  // Before all else: also where documents were refused, what is there already may still be undone.
  if (const auto unmet = reply.child("writeConcernError")) {
    refuse_write("a write was not confirmed", unmet->text("errmsg"), unmet->number("code"), true);
  }
  if (reply.number("ok") != 1) {
    const auto code = reply.number("code");
    refuse_write("a write failed", reply.text("errmsg"), code, !is_one_of(code, kRefusedAtOnce));
  }
  WriteResult result{reply.number("n"), {}};
  for (const auto& refusal : reply.children("writeErrors")) {
    if (refusal.number("code") != kDuplicateKey) {
      refuse_write("a document was refused", refusal.text("errmsg"), refusal.number("code"), result.count > 0);
    }
    const auto place = static_cast<std::size_t>(refusal.count("index"));
    result.refused = std::min(place, result.refused.value_or(place));
  }
  return result;
}

void refuse_read(const DriverError& error) {
  throw StoreUnavailable(told("a read failed", error.text, error.code));
}

bool is_passing(const DriverError& error) {
  if (error.domain == MONGOC_ERROR_SERVER || error.domain == MONGOC_ERROR_QUERY) {
    return is_one_of(error.code, kPrimaryChanged);
  }
  return error.domain == MONGOC_ERROR_STREAM;
}

bool is_silence(const DriverError& error) {
  return error.domain == MONGOC_ERROR_STREAM || error.domain == MONGOC_ERROR_SERVER_SELECTION;
}

}  // namespace parley::mongodb
