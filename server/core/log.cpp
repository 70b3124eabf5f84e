#include "core/log.h"

#include <mutex>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/log_flood.h"
#include "core/log_text.h"

namespace parley::log {
namespace {

Format g_format = Format::plain;

spdlog::level::level_enum spd(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

Flood::Verdict ask_flood(std::string_view message) {
  static std::mutex mutex;
  static Flood flood;
  const std::lock_guard lock(mutex);
  return flood.ask(message, std::chrono::steady_clock::now());
}

void write_now(Level level, std::string_view message, Fields fields) {
  auto* logger = spdlog::default_logger_raw();
  logger->log(spd(level), g_format == Format::json ? json_members(message, fields) : plain_text(message, fields));
}

}  // namespace

void configure(Level level, Format format) {
  g_format = format;
  auto logger = std::make_shared<spdlog::logger>("parley", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spd(level));
  logger->flush_on(spdlog::level::debug);
  logger->set_pattern(format == Format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                                             : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                      spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
}

void write(Level level, std::string_view message, Fields fields) {
  if (!spdlog::default_logger_raw()->should_log(spd(level))) return;
  const auto verdict = ask_flood(message);
  if (!verdict.write) return;
  if (verdict.left_out > 0) {
    write_now(level, "lines left out", {{"like", message}, {"count", verdict.left_out}});
  }
  write_now(level, message, fields);
}

}  // namespace parley::log
