#include "pubsub/redis/redis_protocol.h"

#include <array>
#include <charconv>
#include <hiredis/hiredis.h>
#include <new>

namespace parley::redis {
namespace {

constexpr std::size_t kMaxReply = std::size_t{64} << 20;

}  // namespace

void append_command(std::string& out, Words words) {
  constexpr std::size_t kUsual = 8;
  std::array<const char*, kUsual> few_words{};
  std::array<std::size_t, kUsual> few_sizes{};
  std::vector<const char*> many_words(words.size() > kUsual ? words.size() : 0);
  std::vector<std::size_t> many_sizes(many_words.size());
  const char** const starts = many_words.empty() ? few_words.data() : many_words.data();
  std::size_t* const sizes = many_sizes.empty() ? few_sizes.data() : many_sizes.data();
  for (std::size_t i = 0; i < words.size(); ++i) {
    starts[i] = words[i].data();
    sizes[i] = words[i].size();
  }
  char* command = nullptr;
  const auto size = redisFormatCommandArgv(&command, static_cast<int>(words.size()), starts, sizes);
  if (size < 0) throw std::bad_alloc();
  out.append(command, static_cast<std::size_t>(size));
  redisFreeCommand(command);
}

bool ReplyView::is_error() const {
  return reply_->type == REDIS_REPLY_ERROR;
}

bool ReplyView::is_nil() const {
  return reply_->type == REDIS_REPLY_NIL;
}

std::string_view ReplyView::error_code() const {
  if (!is_error()) return {};
  const std::string_view text(reply_->str, reply_->len);
  const auto end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
  return text.substr(0, end);
}

std::string_view ReplyView::text() const {
  const bool has_text = reply_->type == REDIS_REPLY_STRING || reply_->type == REDIS_REPLY_STATUS;
  return has_text ? std::string_view(reply_->str, reply_->len) : std::string_view();
}

std::int64_t ReplyView::integer() const {
  if (reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
  const auto digits = text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
}

std::size_t ReplyView::size() const {
  return reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
}

ReplyView ReplyView::at(std::size_t i) const {
  static const redisReply kNothing = [] {
    redisReply nothing{};  // its fields differ between hiredis's releases
    nothing.type = REDIS_REPLY_NIL;
    return nothing;
  }();
  return i < size() ? ReplyView(*reply_->element[i]) : ReplyView(kNothing);
}

void Reply::Free::operator()(redisReply* reply) const {
  freeReplyObject(reply);
}

void ReplyReader::Free::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
}

bool ReplyReader::feed(std::string_view bytes) {
  if (reader_->len - reader_->pos + bytes.size() > kMaxReply) return false;
  return redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) == REDIS_OK;
}

Reply ReplyReader::next() {
  void* reply = nullptr;
  if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) reply = nullptr;
  return Reply(static_cast<redisReply*>(reply));
}

bool ReplyReader::broken() const {
  return reader_->err != 0;
}

}  // namespace parley::redis
