#pragma once

#include <string>
#include <string_view>

namespace parley {

inline constexpr std::size_t kIdLength = 26;

/// A new id: a ULID (48 bits of milliseconds, 80 random bits) in 26 lower-case characters of Crockford's
/// base 32. Sorts by time of making; never reused. Thread-safe.
std::string new_id();

/// Whether `text` has the form of an id. What has not is unknown to the store and need not be looked up.
bool is_id(std::string_view text);

/// `bytes` random bytes from the system's generator (libsodium), as unpadded base64url. For tokens and keys.
std::string random_token(std::size_t bytes);

/// Whether `key` is a client's idempotency key: 1–64 of A-Z a-z 0-9 _ - (those of the server start with ~).
bool is_client_key(std::string_view key);

}  // namespace parley
