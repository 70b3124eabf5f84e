#pragma once

#include <chrono>
#include <mutex>

namespace parley::mongodb {

/// While the server does not answer, one call at a time finds out whether it does again, and the others fail at once:
/// they would only wait behind it, each for seconds. Any thread.
class Breaker {
 public:
  /// One call. Ends with answered() or silent(); or with neither, where the server was not asked.
  class Call {
   public:
    /// Throws StoreUnavailable.
    explicit Call(Breaker& breaker);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    void answered();
    void silent();  ///< counts only where no other call got an answer meanwhile

   private:
    using Clock = std::chrono::steady_clock;

    Breaker& breaker_;
    const Clock::time_point began_ = Clock::now();
    bool probe_ = false;
  };

 private:
  std::mutex mutex_;
  bool silent_ = false;
  bool probing_ = false;
  std::chrono::steady_clock::time_point last_answer_{};
};

}  // namespace parley::mongodb
