#include "repositories/sqlite/interruption.h"

#include <sqlite3.h>

namespace parley::sqlite {

void Interruption::trigger() {
  const std::lock_guard lock(mutex_);
  triggered_ = true;
  if (connection_ != nullptr) sqlite3_interrupt(connection_);
}

bool Interruption::triggered() const {
  const std::lock_guard lock(mutex_);
  return triggered_;
}

Interruption::Scope::Scope(Interruption& interruption, sqlite3* connection) : interruption_(interruption) {
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.connection_ = connection;
}

Interruption::Scope::~Scope() {
  const std::lock_guard lock(interruption_.mutex_);
  interruption_.connection_ = nullptr;
}

}  // namespace parley::sqlite
