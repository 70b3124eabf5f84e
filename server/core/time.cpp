#include "core/time.h"

#include <cstdio>

namespace parley {

std::string to_rfc3339(Timestamp timestamp) {
  using namespace std::chrono;
  const auto day = floor<days>(timestamp);
  const year_month_day date{day};
  const hh_mm_ss time{timestamp - day};
  char text[40];
  const int size =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
                    unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()),
                    int(time.seconds().count()), int(time.subseconds().count()));
  return std::string(text, static_cast<std::size_t>(size));
}

Timestamp Clock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point Clock::steady_now() const {
  return std::chrono::steady_clock::now();
}

}  // namespace parley
