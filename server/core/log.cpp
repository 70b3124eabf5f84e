#include "core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace parley::log {
namespace {

Format g_format = Format::plain;

spdlog::level::level_enum spd(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20 || u == 0x7f) {
      out += "\\u00";
      out += kHex[u >> 4];
      out += kHex[u & 15];
    } else {
      out += c;
    }
  }
}

bool is_plain_word(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7f || c == '"' || c == '\\' || c == '=') return false;
  }
  return true;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

std::string plain_line(std::string_view message, Fields fields) {
  std::string out(message);
  for (const auto& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    if (field.is_number) {
      out += std::to_string(field.number);
    } else if (is_plain_word(field.text)) {
      out += field.text;
    } else {
      append_quoted(out, field.text);
    }
  }
  return out;
}

/// The members after time and level, which spdlog's pattern writes.
std::string json_line(std::string_view message, Fields fields) {
  std::string out;
  append_quoted(out, message);
  for (const auto& field : fields) {
    out += ",\"";
    out += field.key;
    out += "\":";
    if (field.is_number) {
      out += std::to_string(field.number);
    } else {
      append_quoted(out, field.text);
    }
  }
  return out;
}

}  // namespace

void configure(Level level, Format format) {
  g_format = format;
  auto logger = spdlog::stderr_logger_mt("parley");
  logger->set_level(spd(level));
  logger->flush_on(spdlog::level::debug);
  logger->set_pattern(format == Format::json
                          ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                          : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v",
                      spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
}

void write(Level level, std::string_view message, Fields fields) {
  auto* logger = spdlog::default_logger_raw();
  if (!logger->should_log(spd(level))) return;
  logger->log(spd(level), g_format == Format::json ? json_line(message, fields) : plain_line(message, fields));
}

}  // namespace parley::log
