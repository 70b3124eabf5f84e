#include "api/media_type.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <optional>

#include "core/text.h"

namespace parley::api {
namespace {

using boost::beast::iequals;

/// What stands before the next `separator`, trimmed; `rest` goes behind it.
std::string_view next_part(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// Thousandths; 1000 where there is no weight, nothing where it is malformed (RFC 9110 section 12.4.2).
std::optional<int> weight_of(std::string_view parameters) {
  const auto parameter = trimmed(parameters);
  if (parameter.empty()) return 1000;
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return std::nullopt;
  const auto digits = parameter.substr(2);
  if (digits.empty() || digits.size() > 5 || (digits[0] != '0' && digits[0] != '1')) return std::nullopt;
  if (digits.size() > 1 && digits[1] != '.') return std::nullopt;
  int weight = (digits[0] - '0') * 1000;
  int unit = 100;
  for (const char c : digits.substr(std::min<std::size_t>(2, digits.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

struct Weights {
  std::optional<int> brotli{};
  std::optional<int> gzip{};
  std::optional<int> identity{};
  std::optional<int> any{};
};

Weights parse_weights(std::string_view header) {
  Weights weights;
  while (!header.empty()) {
    auto element = next_part(header, ',');
    const auto name = next_part(element, ';');
    const auto weight = weight_of(element);
    if (!weight) continue;
    if (iequals(name, "br")) weights.brotli = weight;
    if (iequals(name, "gzip") || iequals(name, "x-gzip")) weights.gzip = weight;
    if (iequals(name, "identity")) weights.identity = weight;
    if (name == "*") weights.any = weight;
  }
  return weights;
}

}  // namespace

bool is_media_type(std::string_view content_type, std::string_view wanted) {
  std::string_view rest = content_type;
  if (!iequals(next_part(rest, ';'), wanted)) return false;
  while (!rest.empty()) {
    const auto parameter = next_part(rest, ';');
    if (parameter.empty() || iequals(parameter, "charset=utf-8") || iequals(parameter, "charset=\"utf-8\"")) continue;
    return false;
  }
  return true;
}

bool accepts_html(std::string_view accept) {
  while (!accept.empty()) {
    auto element = next_part(accept, ',');
    if (iequals(next_part(element, ';'), "text/html") && weight_of(element).value_or(0) > 0) return true;
  }
  return false;
}

Coding choose_coding(std::string_view accept_encoding, CodingsOffered offered) {
  const auto weights = parse_weights(accept_encoding);
  const int any = weights.any.value_or(0);
  const int brotli = offered.brotli ? weights.brotli.value_or(any) : 0;
  const int gzip = offered.gzip ? weights.gzip.value_or(any) : 0;
  // Identity is acceptable unless refused; where it is not named, whatever else is acceptable is preferred.
  const int identity = weights.identity.value_or(weights.any.value_or(1));
  if (brotli > 0 && brotli >= gzip && brotli >= identity) return Coding::brotli;
  if (gzip > 0 && gzip >= identity) return Coding::gzip;
  return Coding::identity;
}

}  // namespace parley::api
