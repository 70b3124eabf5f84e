#include "repositories/mongodb/document.h"

#include <cstring>

namespace parley::mongodb {
namespace {

/// A field, if it is there.
struct FoundField {
  FoundField(const bson_t* bson, const char* name) : found(bson_iter_init_find(&at, bson, name)) {}
  bool holds(bson_type_t type) const { return found && bson_iter_type(&at) == type; }

  bson_iter_t at;
  bool found;
};

Document document_at(const bson_iter_t& at) {
  std::uint32_t length = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_document(&at, &length, &data);
  bson_t view;
  if (data == nullptr || !bson_init_static(&view, data, length)) return {};
  return Document(view);
}

/// Its positions are the names of an array's members.
template <class Value>
Document array_of(std::span<const Value> values) {
  Document array;
  for (std::size_t i = 0; i < values.size(); ++i) array.set(std::to_string(i).c_str(), values[i]);
  return array;
}

}  // namespace

Document& Document::set(const char* name, std::string_view value) {
  bson_append_utf8(bson_.get(), name, -1, value.empty() ? "" : value.data(), static_cast<int>(value.size()));
  return *this;
}

Document& Document::set(const char* name, Timestamp value) {
  bson_append_date_time(bson_.get(), name, -1, to_millis(value));
  return *this;
}

Document& Document::set(const char* name, const Document& value) {
  bson_append_document(bson_.get(), name, -1, value.get());
  return *this;
}

Document& Document::set(const char* name, std::span<const Document> values) {
  bson_append_array(bson_.get(), name, -1, array_of(values).get());
  return *this;
}

Document& Document::set(const char* name, std::span<const std::string> values) {
  bson_append_array(bson_.get(), name, -1, array_of(values).get());
  return *this;
}

Document& Document::set_int32(const char* name, std::int32_t value) {
  bson_append_int32(bson_.get(), name, -1, value);
  return *this;
}

Document& Document::set_regex(const char* name, const std::string& pattern) {
  bson_append_regex(bson_.get(), name, -1, pattern.c_str(), "");
  return *this;
}

Document& Document::add(const Document& other) {
  bson_concat(bson_.get(), other.get());
  return *this;
}

bool Document::has(const char* name) const {
  return bson_has_field(bson_.get(), name);
}

std::string Document::text(const char* name) const {
  const FoundField field(bson_.get(), name);
  if (!field.holds(BSON_TYPE_UTF8)) return {};
  std::uint32_t length = 0;
  const char* data = bson_iter_utf8(&field.at, &length);
  return {data, length};
}

std::int64_t Document::number(const char* name) const {
  const FoundField field(bson_.get(), name);
  return field.found && BSON_ITER_HOLDS_NUMBER(&field.at) ? bson_iter_as_int64(&field.at) : 0;
}

bool Document::flag(const char* name) const {
  const FoundField field(bson_.get(), name);
  return field.holds(BSON_TYPE_BOOL) && bson_iter_bool(&field.at);
}

std::optional<Timestamp> Document::optional_time(const char* name) const {
  const FoundField field(bson_.get(), name);
  if (!field.holds(BSON_TYPE_DATE_TIME)) return std::nullopt;
  return from_millis(bson_iter_date_time(&field.at));
}

std::optional<Document> Document::child(const char* name) const {
  const FoundField field(bson_.get(), name);
  if (!field.holds(BSON_TYPE_DOCUMENT)) return std::nullopt;
  return document_at(field.at);
}

std::vector<Document> Document::children(const char* name) const {
  std::vector<Document> found;
  const FoundField field(bson_.get(), name);
  bson_iter_t item;
  if (!field.holds(BSON_TYPE_ARRAY) || !bson_iter_recurse(&field.at, &item)) return found;
  while (bson_iter_next(&item)) {
    if (BSON_ITER_HOLDS_DOCUMENT(&item)) found.push_back(document_at(item));
  }
  return found;
}

std::string literal_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::strchr("\\^$.|?*+()[]{}-/#", c) != nullptr && c != '\0') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace parley::mongodb
