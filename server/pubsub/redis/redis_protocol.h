#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;
struct redisReply;

namespace parley::redis {

using Words = std::span<const std::string_view>;

/// Appends one command as Redis reads it: words of any bytes.
void append_command(std::string& out, Words words);

/// Looks at a reply of hiredis without owning it. What is asked of another kind gives nothing.
class ReplyView {
 public:
  explicit ReplyView(const redisReply& reply) : reply_(&reply) {}

  bool is_error() const;
  bool is_nil() const;
  /// The first word of an error, in capitals: what kind it is. The rest may repeat a command's words, secrets among
  /// them.
  std::string_view error_code() const;
  std::string_view text() const;  ///< of a string or a status
  std::int64_t integer() const;   ///< a string of digits counts, too
  std::size_t size() const;       ///< of an array
  ReplyView at(std::size_t i) const;

 private:
  const redisReply* reply_;
};

/// A reply on its own.
class Reply {
 public:
  explicit Reply(redisReply* reply = nullptr) : reply_(reply) {}
  ReplyView view() const { return ReplyView(*reply_); }
  explicit operator bool() const { return reply_ != nullptr; }

 private:
  struct Free {
    void operator()(redisReply* reply) const;
  };
  std::unique_ptr<redisReply, Free> reply_;
};

/// Bytes in, replies out.
class ReplyReader {
 public:
  ReplyReader();

  /// False where what came is not Redis's protocol, or one reply passes 64 MiB: nothing more can be read then.
  bool feed(std::string_view bytes);
  /// The next whole reply; an empty one when more bytes are needed, or when what came is broken.
  Reply next();
  bool broken() const;

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace parley::redis
