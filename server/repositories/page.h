#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace parley {

template <class Item>
struct Page {
  std::vector<Item> items;
  std::string next_cursor{};  ///< empty: that was all
};

/// validation_failed: a cursor that no page of the list gave.
inline Error foreign_cursor() {
  return invalid("cursor", "cursor: is not one of this list.");
}

}  // namespace parley
