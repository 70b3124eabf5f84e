#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// A secret that is shown once and stored hashed: `<prefix><id><random>`. It is found by the id that it carries
/// and then compared by hash, in constant time, so that no store needs an index of secrets. The hash is
/// BLAKE2b-256 without salt or stretching: the random part has 128 bits or more.
struct SecretToken {
  std::string text;
  std::string hash;
};

SecretToken make_secret_token(std::string_view prefix, std::string_view id, std::size_t random_bytes);

/// The id in a text of that form; nothing where it has another.
std::optional<std::string> id_in_token(std::string_view prefix, std::string_view text);

/// Whether `text` is what was hashed.
bool matches_token(std::string_view text, std::string_view hash);

/// Equal, in a time that does not depend on where they differ.
bool equal_secrets(std::string_view left, std::string_view right);

}  // namespace parley
