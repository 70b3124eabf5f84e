#include "core/log_text.h"

#include "core/utf8.h"

namespace parley::log {
namespace {

constexpr std::size_t kMostBytes = 1024;  // of a value

void append_code_point(std::string& out, unsigned char low) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u00";
  out += kHex[low >> 4];
  out += kHex[low & 15];
}

/// Cut at a character's start.
std::string_view bounded(std::string_view text) {
  if (text.size() <= kMostBytes) return text;
  std::size_t end = kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

/// C0 and C1 control characters would act on a terminal or start a line; what is no UTF-8 would break JSON.
void append_escaped(std::string& out, std::string_view text) {
  const bool valid = utf8::valid(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto u = static_cast<unsigned char>(text[i]);
    if (u == '"' || u == '\\') {
      out += '\\';
      out += text[i];
    } else if (u < 0x20 || u == 0x7f) {
      append_code_point(out, u);
    } else if (u >= 0x80 && !valid) {
      out += "\\ufffd";
    } else if (u == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      append_code_point(out, static_cast<unsigned char>(text[++i]));
    } else {
      out += text[i];
    }
  }
}

bool is_plain_word(std::string_view text) {
  if (text.empty() || text.size() > kMostBytes) return false;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7f || c == '"' || c == '\\' || c == '=') return false;
  }
  return true;
}

void append_quoted(std::string& out, std::string_view text) {
  const auto shown = bounded(text);
  out += '"';
  append_escaped(out, shown);
  if (shown.size() < text.size()) out += "…";
  out += '"';
}

}  // namespace

std::string plain_text(std::string_view message, Fields fields) {
  std::string out(message);
  for (const auto& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    if (field.is_number) {
      out += std::to_string(field.number);
    } else if (is_plain_word(field.text)) {
      out += field.text;
    } else {
      append_quoted(out, field.text);
    }
  }
  return out;
}

std::string json_members(std::string_view message, Fields fields) {
  std::string out;
  append_quoted(out, message);
  for (const auto& field : fields) {
    out += ',';
    append_quoted(out, field.key);
    out += ':';
    if (field.is_number) {
      out += std::to_string(field.number);
    } else {
      append_quoted(out, field.text);
    }
  }
  return out;
}

}  // namespace parley::log
