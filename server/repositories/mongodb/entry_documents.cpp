#include "repositories/mongodb/entry_documents.h"

namespace parley::mongodb {

std::string entry_id(std::string_view stream, std::uint64_t seq) {
  constexpr std::size_t kDigits = 12;
  auto digits = std::to_string(seq);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return std::string(stream).append("/").append(digits);
}

Document to_document(const Entry& entry) {
  Document document;
  document.set("_id", entry_id(entry.stream, entry.seq))
      .set("stream", entry.stream)
      .set("seq", entry.seq)
      .set("kind", entry.kind)
      .set("user_id", entry.user_id)
      .set("username", entry.username)
      .set("timestamp", entry.timestamp)
      .set("key", entry.key)
      .set("messages", entry.messages)
      .set("membership", entry.membership)
      .set("body", entry.body);
  if (entry.target) document.set("target", *entry.target);
  return document;
}

Entry to_entry(const Document& document) {
  Entry entry;
  entry.stream = document.text("stream");
  entry.seq = document.count("seq");
  entry.kind = document.text("kind");
  entry.user_id = document.text("user_id");
  entry.username = document.text("username");
  entry.timestamp = document.time("timestamp");
  entry.key = document.text("key");
  entry.messages = document.count("messages");
  entry.membership = document.count("membership");
  entry.body = document.text("body");
  if (document.has("target")) entry.target = document.count("target");
  return entry;
}

std::string unsettled_id(const Entry& entry) {
  return entry.stream + "/" + entry.user_id + "/" + entry.key;
}

}  // namespace parley::mongodb
