#include "services/shared_failures.h"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace parley {

std::string SharedFailures::name_of(std::string_view what) const {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(what.data()), what.size(),
                     key_.data(), key_.size());
  std::array<char, hash.size() * 2 + 1> text{};
  return std::string("sign-in:") + sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
}

void SharedFailures::add(std::string_view what) {
  counters_.add(name_of(what), kWindow);
}

Task<std::chrono::seconds> SharedFailures::wait(std::string what, unsigned limit) const {
  const auto count = co_await counters_.read(name_of(what));
  if (!count || count->value < limit) co_return std::chrono::seconds(0);
  co_return std::max(count->left, std::chrono::seconds(1));
}

}  // namespace parley
