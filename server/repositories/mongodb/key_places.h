#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "repositories/mongodb/database.h"

namespace parley::mongodb {

/// Where a server finds by one _id only (FerretDB 1.x), looking for an entry by its key would read all entries; and
/// everybody looks who tries again after a fault, or writes where they may not. There each key is noted before its
/// entry is inserted: what is not noted was never written, and what is stands where it was first tried or soon after.
class KeyPlaces {
 public:
  explicit KeyPlaces(Database& database) : database_(database) {}

  /// The documents of entries that are about to be inserted, at most Database::kMaxDocuments.
  void note(std::span<const Document> entries);
  /// From which seq on the entry would be; none where it was never written.
  std::optional<std::uint64_t> find(std::string_view stream, std::string_view user_id, std::string_view key);

 private:
  static constexpr std::size_t kRemembered = 20000;

  Database& database_;
  std::mutex mutex_;
  std::unordered_set<std::string> noted_;  ///< of late: who lost a seq to another instance tries again at once
};

}  // namespace parley::mongodb
