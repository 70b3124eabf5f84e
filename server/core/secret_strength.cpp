#include <algorithm>
#include <array>
#include <set>

#include "core/data_folder.h"

namespace parley {
namespace {

constexpr std::size_t kLeastBytes = 32;
constexpr std::size_t kLeastDistinct = 9;  // 32 random hexadecimal digits have fewer once in a hundred thousand times

/// Words of keys that were copied from instructions. Long enough that none turns up in a random key.
constexpr std::array<std::string_view, 12> kPlaceholders{"changeme",    "change-me",   "change_me",   "change-this",
                                                         "change_this", "your-secret", "your_secret", "supersecret",
                                                         "secretkey",   "secret-key",  "secret_key",  "password"};

bool repeats(std::string_view text) {
  for (std::size_t period = 1; period <= text.size() / 2; ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

/// abcdef…, 987654…: most neighbours are the same step apart.
bool counts(std::string_view text) {
  for (const int step : {1, -1}) {
    std::size_t same = 0;
    for (std::size_t i = 1; i < text.size(); ++i) same += text[i] - text[i - 1] == step ? 1 : 0;
    if (same * 2 > text.size()) return true;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

std::string weakness_of_secret(std::string_view secret) {
  if (secret.size() < kLeastBytes) {
    return "has " + std::to_string(secret.size()) + " characters and needs 32 or more (try: openssl rand -base64 32)";
  }
  const bool pattern =
      std::set<char>(secret.begin(), secret.end()).size() < kLeastDistinct || repeats(secret) || counts(secret);
  if (pattern) return "is a pattern that can be guessed; take random characters (try: openssl rand -base64 32)";
  const auto folded = lower(secret);
  for (const auto word : kPlaceholders) {
    if (folded.find(word) != std::string::npos) {
      return "looks like a placeholder ('" + std::string(word) +
             "'); take random characters (try: openssl rand -base64 32)";
    }
  }
  return {};
}

}  // namespace parley
