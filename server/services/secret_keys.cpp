#include "services/secret_keys.h"

#include <sodium.h>
#include <stdexcept>
#include <tuple>

namespace parley {

SecretKeys::SecretKeys(std::string_view secret) {
  static_assert(crypto_kdf_KEYBYTES == std::tuple_size_v<SecretKey>);
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
  const auto* bytes = reinterpret_cast<const unsigned char*>(secret.data());
  crypto_generichash(root_.data(), root_.size(), bytes, secret.size(), nullptr, 0);
}

SecretKey SecretKeys::key(Purpose purpose) const {
  SecretKey derived{};
  crypto_kdf_derive_from_key(derived.data(), derived.size(), static_cast<std::uint64_t>(purpose), "parley_1",
                             root_.data());
  return derived;
}

}  // namespace parley
