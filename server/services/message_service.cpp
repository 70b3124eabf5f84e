#include "services/message_service.h"

#include <algorithm>

#include "core/ids.h"
#include "core/json_text.h"
#include "models/state_change.h"
#include "services/room_access.h"
#include "services/text_rules.h"

namespace parley {
namespace {

constexpr std::uint64_t kReadAtOnce = 128;

Result<void> check_key(std::string_view key) {
  if (key.starts_with('~') || !is_client_key(key)) {
    return invalid("key", "key: must be 1 to 64 of A-Z a-z 0-9 _ and -.");
  }
  return {};
}

Result<void> check_input(const std::string& room_id, const std::string& content) {
  if (!is_id(room_id)) return refuse(Code::not_found, "There is no such room, or not for you.");
  return check_message(content);
}

Proposal message_proposal(const Identity& sender, const std::string& room_id, std::string key,
                          std::string_view content) {
  return {.stream = room_stream(room_id),
          .kind = std::string(kind::message),
          .user_id = sender.user_id,
          .username = sender.username,
          .key = std::move(key),
          .body = message_body(content),
          .check = writer_check(sender.user_id)};
}

std::string typing_json(const Identity& user, std::string_view room_id) {
  std::string json;
  JsonObjectWriter(json)
      .member("type", std::string_view("typing"))
      .member("room_id", room_id)
      .member("user_id", user.user_id)
      .member("username", user.username)
      .close();
  return json;
}

}  // namespace

void MessageService::send(const Identity& sender, const std::string& room_id, std::string key, std::string content,
                          AppendDone done) {
  auto allowed = limits_.message(sender.user_id);
  if (allowed) allowed = check_key(key);
  if (allowed) allowed = check_input(room_id, content);
  if (!allowed) return done(allowed.error());
  streams_.appender.submit(message_proposal(sender, room_id, std::move(key), content), std::move(done));
}

Task<Result<Appended>> MessageService::send(Identity sender, std::string room_id, std::optional<std::string> key,
                                            std::string content) {
  auto allowed = limits_.message(sender.user_id);
  if (allowed && key) allowed = check_key(*key);
  if (allowed) allowed = check_input(room_id, content);
  if (!allowed) co_return allowed.error();
  auto own_key = key ? std::move(*key) : "~" + new_id();
  auto result = co_await streams_.appender.append(message_proposal(sender, room_id, std::move(own_key), content));
  if (result && result->outcome == Appended::Outcome::known_to_stranger) {
    // By REST the answer is the message itself, which is for members.
    auto refused = co_await admit(sender.user_id, room_stream(room_id), 0);
    if (!refused) co_return refused.error();
  }
  co_return result;
}

Task<Result<Head>> MessageService::admit(std::string user_id, std::string stream, std::uint64_t at_least) {
  for (;;) {
    const auto state = co_await streams_.states.current(stream);
    if (state->head().seq < at_least) {
      streams_.states.forget(stream);
      continue;
    }
    const auto member = membership(*state, user_id);
    if (!member) co_return member.error();
    co_return state->head();
  }
}

Task<Result<MessagePage>> MessageService::history(Identity reader, std::string room_id, PageRequest request) {
  const auto stream = room_stream(room_id);
  auto head = co_await admit(reader.user_id, stream, 0);
  if (!head) co_return head.error();
  const Range range{stream, request, *head};
  auto read = [this, range] { return read_page(range); };
  auto page = co_await streams_.store_pool.run(std::move(read));
  // Who was removed meanwhile must not see what was written after that.
  const auto newest = page.messages.empty() ? 0 : page.messages.back().seq;
  auto still = co_await admit(reader.user_id, stream, newest);
  if (!still) co_return still.error();
  co_return page;
}

MessagePage MessageService::read_page(const Range& range) {
  return range.request.after ? read_newer(range) : read_older(range);
}

MessagePage MessageService::read_newer(const Range& range) {
  MessagePage page;
  auto first = *range.request.after + 1;
  while (first <= range.head.seq && page.messages.size() < range.request.limit) {
    const auto last = std::min(first + kReadAtOnce - 1, range.head.seq);
    auto entries = streams_.store.range(range.stream, first, last);
    if (entries.empty()) break;  // purged
    const auto before = page.messages.size();
    const auto messages_so_far = entries.back().messages;
    for (auto& entry : entries) {
      if (page.messages.size() == range.request.limit) break;
      if (entry.kind == kind::message) page.messages.push_back(std::move(entry));
    }
    if (messages_so_far >= range.head.messages) break;  // no message comes after these
    first = last + 1;
    // As in read_older: go to where the message count grows again.
    if (page.messages.size() == before)
      first = seq_of_message(range.stream, first, range.head.seq, messages_so_far + 1);
  }
  page.has_more = !page.messages.empty() && page.messages.back().messages < range.head.messages;
  return page;
}

MessagePage MessageService::read_older(const Range& range) {
  MessagePage page;
  auto last = range.head.seq;
  if (range.request.before) last = std::min(last, *range.request.before - 1);
  while (last > 0 && page.messages.size() < range.request.limit) {
    const auto first = last > kReadAtOnce ? last - kReadAtOnce + 1 : 1;
    auto entries = streams_.store.range(range.stream, first, last);
    if (entries.empty()) break;  // purged
    const auto before = page.messages.size();
    const auto messages_left = entries.front().messages;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (page.messages.size() == range.request.limit) break;
      if (entry->kind == kind::message) page.messages.push_back(std::move(*entry));
    }
    last = first - 1;
    if (messages_left == 0) break;
    // Thousands may have joined between two messages: go to where the message count last grew.
    if (page.messages.size() == before) last = seq_of_message(range.stream, 1, last, messages_left);
  }
  std::reverse(page.messages.begin(), page.messages.end());
  page.has_more = !page.messages.empty() && page.messages.front().messages > 1;
  return page;
}

/// The seq of message number `number`, which lies in low..high: where the running value reaches it.
std::uint64_t MessageService::seq_of_message(const std::string& stream, std::uint64_t low, std::uint64_t high,
                                             std::uint64_t number) {
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto entry = streams_.store.range(stream, middle, middle);
    if (!entry.empty() && entry.front().messages >= number) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

Task<Result<void>> MessageService::typing(Identity user, std::string room_id) {
  const auto stream = room_stream(room_id);
  auto member = co_await admit(user.user_id, stream, 0);
  if (!member) co_return member.error();
  streams_.bus.broadcast(stream, typing_json(user, room_id), user.user_id);
  co_return Result<void>();
}

}  // namespace parley
