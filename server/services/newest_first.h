#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "repositories/page.h"

namespace parley {

/// One page of a short list, newest first: ids sort by time of making, and the cursor is the last id shown.
/// validation_failed where it is none.
template <class Item>
Result<Page<Item>> newest_first(std::vector<Item> items, std::string_view cursor, std::size_t limit) {
  if (!cursor.empty() && !is_id(cursor)) return foreign_cursor();
  std::erase_if(items, [&](const Item& item) { return !cursor.empty() && item.id >= cursor; });
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.id > b.id; });
  Page<Item> page;
  if (items.size() > limit) {
    page.next_cursor = items[limit - 1].id;
    items.resize(limit);
  }
  page.items = std::move(items);
  return page;
}

}  // namespace parley
