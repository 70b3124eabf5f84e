#pragma once

#include <string>
#include <string_view>

#include "models/entry.h"
#include "repositories/mongodb/document.h"

namespace parley::mongodb {

/// The _id of an entry, which sorts as its seq does: "<stream>/<seq, 12 digits>".
std::string entry_id(std::string_view stream, std::uint64_t seq);

Document to_document(const Entry& entry);
Entry to_entry(const Document& document);

/// The _id of the note that a change is unsettled: what names the entry before it has a seq.
std::string unsettled_id(const Entry& entry);

}  // namespace parley::mongodb
