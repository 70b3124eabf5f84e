#include "repositories/mongodb/breaker.h"

#include "core/error.h"

namespace parley::mongodb {

Breaker::Call::Call(Breaker& breaker) : breaker_(breaker) {
  const std::lock_guard lock(breaker_.mutex_);
  if (!breaker_.silent_) return;
  if (breaker_.probing_) throw StoreUnavailable("the MongoDB server does not answer");
  breaker_.probing_ = probe_ = true;
}

Breaker::Call::~Call() {
  if (!probe_) return;
  const std::lock_guard lock(breaker_.mutex_);
  breaker_.probing_ = false;
}

void Breaker::Call::answered() {
  const std::lock_guard lock(breaker_.mutex_);
  breaker_.silent_ = false;
  breaker_.last_answer_ = Clock::now();
}

void Breaker::Call::silent() {
  const std::lock_guard lock(breaker_.mutex_);
  if (breaker_.last_answer_ < began_) breaker_.silent_ = true;
}

}  // namespace parley::mongodb
