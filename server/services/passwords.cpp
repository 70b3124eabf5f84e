#include "services/passwords.h"

#include <array>
#include <new>
#include <sodium.h>

#include "core/embedded.h"
#include "core/ids.h"
#include "core/utf8.h"
#include "services/text_rules.h"

namespace parley {
namespace {

/// Whether a line of the sorted list is `line`.
bool has_line(std::string_view list, std::string_view line) {
  while (!list.empty()) {
    // Steps back from the middle to the start of its line, and forward to that line's end.
    const auto before = list.rfind('\n', list.size() / 2);
    const auto middle = before == std::string_view::npos || before + 1 == list.size() ? 0 : before + 1;
    const auto end = list.find('\n', middle);
    const auto found = list.substr(middle, end - middle);
    if (found == line) return true;
    if (found < line) {
      list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    } else {
      list = list.substr(0, middle);
    }
  }
  return false;
}

std::string hash_now(const std::string& password, const PasswordCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();  // the only way it fails
  }
  return hash.data();
}

}  // namespace

Passwords::Passwords(WorkerPool& pool, PasswordCost cost)
    : pool_(pool), cost_(cost), nobodys_hash_(hash_now(random_token(16), cost)) {}

Result<void> Passwords::check(std::string field, std::string_view password, std::string_view username) {
  if (!utf8::valid(password)) return invalid(std::move(field), "The password is not valid UTF-8.");
  const auto normal = normalize_nfc(password);
  if (normal.find('\0') != std::string::npos) return invalid(std::move(field), "The password holds U+0000.");
  const auto length = utf8::count_code_points(normal);
  if (length < kMinLength) return invalid(std::move(field), "The password needs at least 8 characters.");
  if (length > kMaxLength) return invalid(std::move(field), "The password may have at most 128 characters.");
  const auto small = lower_case(normal);
  if (small == lower_case(username)) return invalid(std::move(field), "The password must not be the username.");
  if (has_line(embedded::common_passwords(), small)) {
    return invalid(std::move(field), "The password is one of the 10,000 most common ones.");
  }
  return {};
}

Task<std::string> Passwords::hash(std::string password) {
  auto work = [&] { return hash_now(normalize_nfc(password), cost_); };
  co_return co_await pool_.run(std::move(work));
}

Task<Passwords::Verdict> Passwords::verify(std::string password, std::optional<std::string> hash) {
  auto work = [&] {
    const auto normal = normalize_nfc(password);
    const auto& expected = hash ? *hash : nobodys_hash_;
    const bool right = crypto_pwhash_str_verify(expected.c_str(), normal.data(), normal.size()) == 0;
    if (!right || !hash) return Verdict::wrong;
    const bool weak = crypto_pwhash_str_needs_rehash(expected.c_str(), cost_.passes, cost_.memory) != 0;
    return weak ? Verdict::right_but_weak : Verdict::right;
  };
  co_return co_await pool_.run(std::move(work));
}

}  // namespace parley
