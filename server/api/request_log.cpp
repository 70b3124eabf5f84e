#include "api/request_log.h"

#include "core/embedded.h"
#include "core/ids.h"
#include "core/log.h"

namespace parley::api {
namespace {

constexpr std::size_t kShortestSecret = 16;
/// base64url: what tokens are made of, and the parts of a JWT.
constexpr std::string_view kTokenAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

bool may_be_secret(std::string_view run) {
  return run.size() >= kShortestSecret && !is_id(run);
}

}  // namespace

std::string loggable_path(std::string_view path) {
  if (embedded::find(path) != nullptr) return std::string(path);
  std::string out;
  while (!path.empty()) {
    const auto run = path.substr(0, path.find_first_not_of(kTokenAlphabet));
    out += may_be_secret(run) ? std::string_view("…") : run;
    path.remove_prefix(run.size());
    const auto between = path.substr(0, path.find_first_of(kTokenAlphabet));
    out += between;
    path.remove_prefix(between.size());
  }
  return out;
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
