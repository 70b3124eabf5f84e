#pragma once

#include "api/fields.h"
#include "services/invites.h"

namespace parley::api {

/// expires_in_hours and max_uses, as all invites have them. The caller fills in the rest, and finishes the fields.
inline Invites::Terms read_invite_terms(Fields& fields) {
  Invites::Terms terms;
  if (const auto hours = fields.optional_number("expires_in_hours", 1, 8760))
    terms.lifetime = std::chrono::hours(*hours);
  if (const auto uses = fields.optional_number("max_uses", 1, 100000)) {
    terms.max_uses = static_cast<std::uint64_t>(*uses);
  }
  return terms;
}

}  // namespace parley::api
