#pragma once

#include <bson/bson.h>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace parley::mongodb {

/// A BSON document: built by set(), or as it came from the server. Reading what is not there, or has another type,
/// gives an empty value, so that documents of other releases can be read.
class Document {
 public:
  Document() : bson_(bson_new()) {}
  explicit Document(const bson_t& other) : bson_(bson_copy(&other)) {}
  Document(const Document& other) : Document(*other.get()) {}
  Document& operator=(const Document& other) { return *this = Document(other); }
  Document(Document&&) noexcept = default;
  Document& operator=(Document&&) noexcept = default;
  ~Document() = default;

  Document& set(const char* name, std::string_view value);
  Document& set(const char* name, const char* value) { return set(name, std::string_view(value)); }
  Document& set(const char* name, const std::string& value) { return set(name, std::string_view(value)); }
  template <std::same_as<bool> Bool>
  Document& set(const char* name, Bool value) {
    bson_append_bool(bson_.get(), name, -1, value);
    return *this;
  }
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Document& set(const char* name, Number value) {
    bson_append_int64(bson_.get(), name, -1, static_cast<std::int64_t>(value));
    return *this;
  }
  Document& set(const char* name, Timestamp value);
  Document& set(const char* name, const Document& value);
  Document& set(const char* name, std::span<const Document> values);
  Document& set(const char* name, std::span<const std::string> values);
  Document& set_int32(const char* name, std::int32_t value);  ///< where the server takes no other number
  Document& set_regex(const char* name, const std::string& pattern);

  Document& add(const Document& other);  ///< all its fields

  bool has(const char* name) const;
  std::string text(const char* name) const;
  std::int64_t number(const char* name) const;
  std::uint64_t count(const char* name) const { return static_cast<std::uint64_t>(number(name)); }
  bool flag(const char* name) const;
  Timestamp time(const char* name) const { return optional_time(name).value_or(Timestamp{}); }
  std::optional<Timestamp> optional_time(const char* name) const;
  std::optional<Document> child(const char* name) const;   ///< a document
  std::vector<Document> children(const char* name) const;  ///< an array's documents

  std::size_t bytes() const { return bson_.get()->len; }
  const bson_t* get() const { return bson_.get(); }

 private:
  struct Bson;  // bson_t's alignment would be lost in a template's argument
  struct Free {
    using pointer = bson_t*;
    void operator()(bson_t* bson) const { bson_destroy(bson); }
  };
  std::unique_ptr<Bson, Free> bson_;
};

/// {$set: values}: an update of these fields.
inline Document set_to(const Document& values) {
  return Document().set("$set", values);
}

/// {field: {op: value}}
template <class Value>
Document compare(const char* field, const char* op, const Value& value) {
  return Document().set(field, Document().set(op, value));
}

/// {_id: id}
inline Document by_id(std::string_view id) {
  return Document().set("_id", id);
}

/// The pattern of a regular expression that finds `text` as it stands.
std::string literal_pattern(std::string_view text);

}  // namespace parley::mongodb
