#include "api/request_log.h"

#include <algorithm>

#include "core/ids.h"
#include "core/log.h"

namespace parley::api {
namespace {

constexpr std::size_t kShortestSecret = 16;

bool may_be_secret(std::string_view segment) {
  return segment.size() >= kShortestSecret && segment.find('.') == std::string_view::npos && !is_id(segment);
}

}  // namespace

std::string loggable_path(std::string_view path) {
  std::string out;
  for (;;) {
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    out += may_be_secret(segment) ? std::string_view("…") : segment;
    if (end == path.size()) return out;
    out += '/';
    path.remove_prefix(end + 1);
  }
}

void log_request(const RequestLine& line, int status, std::optional<Code> code) {
  const bool refused = code.has_value();
  const auto took = std::chrono::steady_clock::now() - line.began;
  log::write(refused ? log::Level::info : log::Level::debug, refused ? "request refused" : "request",
             {{"request", line.request_id},
              {"method", line.method},
              {"path", line.path},
              {"status", status},
              {"code", code ? kind_of(*code).name : std::string_view()},
              {"address", line.address},
              {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

}  // namespace parley::api
