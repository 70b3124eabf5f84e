#pragma once

#include <mutex>

struct sqlite3;

namespace parley::sqlite {

/// Lets another thread end what a connection is doing; it then fails with SQLITE_INTERRUPT. Any thread.
class Interruption {
 public:
  /// Ends what the connection in scope does, and what later ones would do.
  void trigger();
  bool triggered() const;

  /// While it lives, trigger() reaches this connection. One at a time; it must end before the connection is
  /// closed.
  class Scope {
   public:
    Scope(Interruption& interruption, sqlite3* connection);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Interruption& interruption_;
  };

 private:
  mutable std::mutex mutex_;
  bool triggered_ = false;
  sqlite3* connection_ = nullptr;
};

}  // namespace parley::sqlite
