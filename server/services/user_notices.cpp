#include "services/user_notices.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "models/state_change.h"

namespace parley {
namespace {

Proposal notice_of(std::string_view kind, const std::string& user_id, const Entry& cause, std::string body) {
  const std::string_view mark = kind == kind::room_added ? "~a-" : "~r-";
  return {.stream = user_stream(user_id),
          .kind = std::string(kind),
          .user_id = cause.user_id,
          .username = cause.username,
          .key = std::string(mark).append(stream_owner(cause.stream)).append("-").append(std::to_string(cause.seq)),
          .body = std::move(body)};
}

Task<> append_some(Appender& appender, std::span<const Proposal> notices) {
  std::size_t open = notices.size();
  std::optional<Error> failure;
  // What waits owns this coroutine, and not the other way round: where the appender ends first, both go.
  std::function<void(std::function<void()>)> start = [&](std::function<void()> resume) {
    const auto done = std::make_shared<const std::function<void()>>(std::move(resume));
    for (const auto& notice : notices) {
      appender.submit(notice, [&open, &failure, done](const Result<Appended>& result) {
        if (!result) failure = result.error();
        if (--open == 0) (*done)();
      });
    }
  };
  co_await wait_for_callback(std::move(start));
  if (failure) throw StoreUnavailable("a notice could not be appended: " + failure->message);
}

}  // namespace

Proposal room_added_notice(const std::string& user_id, const RoomView& room, const Entry& cause) {
  return notice_of(kind::room_added, user_id, cause, room_added_body(room));
}

Proposal room_removed_notice(const std::string& user_id, const Entry& cause) {
  return notice_of(kind::room_removed, user_id, cause, room_ref_body(stream_owner(cause.stream)));
}

Proposal session_ended_notice(const User& owner, const std::string& session_id) {
  return {.stream = user_stream(owner.id),
          .kind = std::string(kind::session_ended),
          .user_id = owner.id,
          .username = owner.username,
          .key = "~s-" + session_id,
          .body = session_body({session_id, owner.disabled})};
}

Task<> append_notices(Appender& appender, std::vector<Proposal> notices) {
  for (std::size_t first = 0; first < notices.size(); first += kNoticesAtOnce) {
    const auto count = std::min(kNoticesAtOnce, notices.size() - first);
    co_await append_some(appender, std::span(notices).subspan(first, count));
  }
}

}  // namespace parley
