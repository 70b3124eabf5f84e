#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "api/fields.h"

namespace parley::api {

/// ?cursor=&limit= of a list. Reads both; the caller reads what else there is, and finishes.
struct PageQuery {
  static constexpr std::int64_t kDefaultLimit = 50;
  static constexpr std::int64_t kMaxLimit = 100;

  explicit PageQuery(Fields& fields)
      : cursor(fields.optional_text("cursor", {.least = 1, .most = 512}).value_or("")),
        limit(static_cast<std::size_t>(fields.optional_number("limit", 1, kMaxLimit).value_or(kDefaultLimit))) {}

  std::string cursor;
  std::size_t limit;
};

}  // namespace parley::api
