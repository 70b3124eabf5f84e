#include "core/embedded.h"

#include <algorithm>

#include "core/embedded_table.h"

namespace parley::embedded {

std::span<const Asset> all() {
  return asset_table();
}

const Asset* find(std::string_view path) {
  const auto assets = asset_table();
  const auto it = std::ranges::lower_bound(assets, path, {}, &Asset::path);
  return it != assets.end() && it->path == path ? &*it : nullptr;
}

std::string_view common_passwords() {
  return password_list();
}

}  // namespace parley::embedded
