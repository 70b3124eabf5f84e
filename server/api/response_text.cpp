#include "api/response_text.h"

#include <ctime>

namespace parley::api {
namespace {

/// RFC 9110 section 5.6.7, in C's locale whatever the process's is.
std::string http_date(std::time_t now) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  const int size =
      std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[utc.tm_wday], utc.tm_mday,
                    kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return std::string(text, static_cast<std::size_t>(size));
}

/// Made once a second: the io thread's own.
const std::string& current_date() {
  static thread_local std::time_t made = 0;
  static thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made) {
    made = now;
    text = http_date(now);
  }
  return text;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  constexpr std::string_view kForbidden("\r\n\0", 3);
  if (value.find_first_of(kForbidden) != std::string_view::npos) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string_view body_of(const Response& response) {
  return response.constant_body.empty() ? std::string_view(response.body) : response.constant_body;
}

std::string response_head(const Response& response, Delivery delivery) {
  std::string out;
  out.reserve(1024);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  append_field(out, "Date", current_date());
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  if (may_have_body(response.status)) append_field(out, "Content-Length", std::to_string(body_of(response).size()));
  if (delivery.close) append_field(out, "Connection", "close");
  out += "\r\n";
  return out;
}

}  // namespace parley::api
