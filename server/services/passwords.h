#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/task.h"
#include "core/worker_pool.h"

namespace parley {

/// argon2id's work for new hashes. Old ones carry theirs.
struct PasswordCost {
  std::uint64_t passes = 2;
  std::size_t memory = 19 * 1024 * 1024;  ///< bytes
};

/// Passwords: what they must be, and their hashes (argon2id by libsodium). Hashing takes 20 to 50 ms of a core
/// and 19 MiB, so it runs on a bounded pool of its own, of idle priority: Busy is thrown when the pool's queue is full.
class Passwords {
 public:
  static constexpr std::size_t kMinLength = 8;  ///< code points, after NFC
  static constexpr std::size_t kMaxLength = 128;

  explicit Passwords(WorkerPool& pool, PasswordCost cost = {});

  /// 8 to 128 characters, none of the 10,000 most common passwords, not the username; both without regard to case.
  static Result<void> check(std::string field, std::string_view password, std::string_view username);

  Task<std::string> hash(std::string password);

  enum class Verdict { wrong, right, right_but_weak };  ///< weak: hashed with another cost than today's

  /// Without a hash (there is no such user) it is wrong, after the same work.
  Task<Verdict> verify(std::string password, std::optional<std::string> hash);

 private:
  WorkerPool& pool_;
  const PasswordCost cost_;
  const std::string nobodys_hash_;
};

}  // namespace parley
