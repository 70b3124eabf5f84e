#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::log {

/// Keeps a repeated message from filling the disk: of each, at most 100 lines a second are written. Messages
/// are constants of the code, so there are few. One thread at a time.
class Flood {
 public:
  struct Verdict {
    bool write = true;
    std::int64_t left_out = 0;  ///< lines of this message that were not written since the last one that was
  };
  static constexpr int kMostASecond = 100;

  Verdict ask(std::string_view message, std::chrono::steady_clock::time_point now);

 private:
  struct Recent {
    std::chrono::steady_clock::time_point since{};
    int written = 0;
    std::int64_t left_out = 0;
  };
  std::map<std::string, Recent, std::less<>> recent_;
};

}  // namespace parley::log
