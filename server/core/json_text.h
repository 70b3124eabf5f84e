#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// Appends `text` (valid UTF-8) as a JSON string with its quotes (RFC 8259 section 7). Only what must be
/// escaped is, so that content is kept byte for byte.
void append_json_string(std::string& out, std::string_view text);

/// Writes one JSON object from left to right into a string. For the hot path; elsewhere boost::json.
class JsonObjectWriter {
 public:
  explicit JsonObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

  JsonObjectWriter& member(std::string_view name, std::string_view text);
  JsonObjectWriter& member(std::string_view name, std::uint64_t number);
  /// The members of `object`, the text of a JSON object, as they are.
  JsonObjectWriter& members_of(std::string_view object);
  void close() { out_ += '}'; }

 private:
  void name(std::string_view name);

  std::string& out_;
  bool first_ = true;
};

}  // namespace parley
