#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

/// Structured logging: a constant message, the data in fields. Thread-safe. Never pass a message body, a
/// password or a token: no field of that kind exists anywhere in the code. Of the same message at most 100
/// lines a second are written; how many were left out stands in a line before the next one.
namespace parley::log {

enum class Level { debug, info, warn, error };
enum class Format { plain, json };

/// One field of a line. Strings are borrowed until the call returns; in JSON they are escaped, in plain they
/// are quoted where needed, so that no peer can forge a line; at most 1,024 bytes of each are written.
struct Field {
  Field(std::string_view k, std::string_view v) : key(k), text(v) {}
  Field(std::string_view k, const char* v) : key(k), text(v) {}
  Field(std::string_view k, const std::string& v) : key(k), text(v) {}
  template <class Number, std::enable_if_t<std::is_integral_v<Number>, int> = 0>
  Field(std::string_view k, Number v) : key(k), number(static_cast<std::int64_t>(v)), is_number(true) {}

  std::string_view key;
  std::string_view text{};
  std::int64_t number = 0;
  bool is_number = false;
};

using Fields = std::initializer_list<Field>;

/// Where lines go (standard error) and how; called before any other thread is started.
void configure(Level level, Format format);

void write(Level level, std::string_view message, Fields fields);

inline void debug(std::string_view message, Fields fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
  write(Level::info, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) {
  write(Level::warn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  write(Level::error, message, fields);
}

}  // namespace parley::log
