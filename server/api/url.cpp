#include "api/url.h"

#include <algorithm>
#include <optional>

#include "core/utf8.h"

namespace parley::api {
namespace {

using Parameters = std::map<std::string, std::string>;

enum class Plus { literal, space };

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Nothing where an escape is bad (RFC 3986 section 2.1).
std::optional<std::string> unescaped(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool is_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x20 || u == 0x7f;
}

Result<std::string> decoded(std::string_view text, Plus plus) {
  auto out = unescaped(text, plus);
  if (!out) return bad_request("The URL or form has a bad % escape.");
  if (!utf8::valid(*out)) return bad_request("The URL or form is not valid UTF-8.");
  return std::move(*out);
}

bool has_dot_segment(std::string_view path) {
  for (std::size_t start = 0; start < path.size();) {
    const auto end = std::min(path.find('/', start), path.size());
    const auto segment = path.substr(start, end - start);
    if (segment == "." || segment == "..") return true;
    start = end + 1;
  }
  return false;
}

bool has_encoded_slash(std::string_view raw) {
  return raw.find("%2F") != std::string_view::npos || raw.find("%2f") != std::string_view::npos;
}

Result<std::string> parse_path(std::string_view raw) {
  if (!raw.starts_with('/')) return bad_request("The request target is not a path.");
  if (has_encoded_slash(raw)) return bad_request("The path has an encoded slash.");
  auto path = decoded(raw, Plus::literal);
  if (!path) return path.error();
  if (std::ranges::any_of(*path, is_control)) return bad_request("The path has a control character.");
  if (path->find('\\') != std::string::npos) return bad_request("The path has a backslash.");
  if (has_dot_segment(*path)) return bad_request("The path has a dot segment.");
  return path;
}

Result<void> add_parameter(std::string_view pair, Parameters& into) {
  const auto equals = std::min(pair.find('='), pair.size());
  auto name = decoded(pair.substr(0, equals), Plus::space);
  if (!name) return name.error();
  if (name->empty()) return bad_request("The URL or form has a parameter without a name.");
  auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
  if (!value) return value.error();
  const auto [at, added] = into.emplace(std::move(*name), std::move(*value));
  if (!added) return Error{Code::bad_request, "The parameter is given twice.", at->first};
  return {};
}

Result<Parameters> parse_parameters(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    if (end != 0) {
      if (auto added = add_parameter(text.substr(0, end), parameters); !added) return added.error();
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parameters;
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (target.find('#') != std::string_view::npos) return bad_request("The request target has a fragment.");
  const auto question = std::min(target.find('?'), target.size());
  auto path = parse_path(target.substr(0, question));
  if (!path) return path.error();
  auto query = parse_parameters(target.substr(std::min(question + 1, target.size())));
  if (!query) return query.error();
  return Target{std::move(*path), std::move(*query)};
}

Result<Parameters> parse_form(std::string_view body) {
  return parse_parameters(body);
}

}  // namespace parley::api
