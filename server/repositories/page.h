#pragma once

#include <string>
#include <vector>

namespace parley {

template <class Item>
struct Page {
  std::vector<Item> items;
  std::string next_cursor{};  ///< empty: that was all
};

}  // namespace parley
