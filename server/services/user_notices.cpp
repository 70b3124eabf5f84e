#include "services/user_notices.h"

#include <utility>

#include "core/log.h"
#include "models/state_change.h"

namespace parley {
namespace {

constexpr auto kRetry = std::chrono::milliseconds(500);

/// The same room entry gives the same key, on whichever instance and however often it is tried.
Proposal notice_of(std::string_view kind, const std::string& user_id, const Entry& cause, std::string body) {
  const std::string_view mark = kind == kind::room_added ? "~a-" : "~r-";
  return {.stream = user_stream(user_id),
          .kind = std::string(kind),
          .user_id = cause.user_id,
          .username = cause.username,
          .key = std::string(mark).append(stream_owner(cause.stream)).append("-").append(std::to_string(cause.seq)),
          .body = std::move(body)};
}

bool is_over(const Result<Appended>& result) {
  return result || result.error().code == Code::shutting_down;
}

}  // namespace

UserNotices::UserNotices(EventLoop& loop, Appender& appender) : appender_(appender), timer_(loop.context()) {}

void UserNotices::room_added(const std::string& user_id, const RoomView& room, const Entry& cause) {
  post(notice_of(kind::room_added, user_id, cause, room_added_body(room)));
}

void UserNotices::room_removed(const std::string& user_id, const Entry& cause) {
  post(notice_of(kind::room_removed, user_id, cause, room_ref_body(stream_owner(cause.stream))));
}

void UserNotices::session_ended(const std::string& user_id, const std::string& username,
                                const std::string& session_id) {
  post({.stream = user_stream(user_id),
        .kind = std::string(kind::session_ended),
        .user_id = user_id,
        .username = username,
        .key = "~s-" + session_id,
        .body = session_body(session_id)});
}

void UserNotices::post(Proposal notice) {
  if (waiting_ >= kMaxWaiting) {
    log::error("notice dropped, too many wait for the store", {{"stream", notice.stream}, {"kind", notice.kind}});
    return;
  }
  ++waiting_;
  const auto stream = notice.stream;
  auto& queue = queues_[stream];
  queue.push_back(std::move(notice));
  if (queue.size() == 1) submit_first(stream);
}

void UserNotices::submit_first(const std::string& stream) {
  appender_.submit(queues_.at(stream).front(),
                   [this, stream](const Result<Appended>& result) { on_done(stream, result); });
}

void UserNotices::on_done(const std::string& stream, const Result<Appended>& result) {
  if (!is_over(result)) return retry_later(stream);
  const auto it = queues_.find(stream);
  it->second.pop_front();
  --waiting_;
  if (it->second.empty()) {
    queues_.erase(it);
  } else {
    submit_first(stream);
  }
}

void UserNotices::retry_later(const std::string& stream) {
  to_retry_.push_back(stream);
  if (to_retry_.size() > 1) return;
  timer_.expires_after(kRetry);
  timer_.async_wait([this](boost::system::error_code stopped) {
    if (!stopped) retry();
  });
}

void UserNotices::retry() {
  for (const auto& stream : std::exchange(to_retry_, {})) submit_first(stream);
}

Task<> UserNotices::drain(std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (waiting_ > 0 && std::chrono::steady_clock::now() < end) co_await sleep_for(std::chrono::milliseconds(5));
}

}  // namespace parley
