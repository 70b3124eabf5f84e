#include <algorithm>
#include <cassert>

#include "api/http.h"

namespace parley::api {
namespace {

bool is_name(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

/// What stands between the slashes; "/a/" has the segments "a" and "".
template <class Text>
std::vector<Text> split(std::string_view path) {
  std::vector<Text> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const auto end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_name(pattern[i]) ? path[i].empty() : path[i] != pattern[i]) return false;
  }
  return true;
}

/// Of two patterns that fit the same path: whether the first difference makes `a` the more exact one.
bool more_exact(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_name(a[i]) != is_name(b[i])) return is_name(b[i]);
  }
  return false;
}

std::map<std::string, std::string> matched(const std::vector<std::string>& pattern,
                                           const std::vector<std::string_view>& path) {
  std::map<std::string, std::string> params;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_name(pattern[i])) params.emplace(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
  }
  return params;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Access access, Handler handler, std::size_t body_limit) {
  assert(pattern.starts_with('/') && handler);
  auto segments = split<std::string>(pattern);
  assert(std::ranges::none_of(routes_, [&](const Route& r) { return r.method == method && r.segments == segments; }));
  routes_.push_back({method, std::move(segments), access, std::move(handler), body_limit});
}

Router::Match Router::match(Method method, std::string_view path) const {
  const Method wanted = method == Method::head ? Method::get : method;
  const auto segments = split<std::string_view>(path);
  Match match;
  for (const Route& route : routes_) {
    if (!fits(route.segments, segments)) continue;
    match.allowed.push_back(route.method);
    if (route.method != wanted) continue;
    if (!match.route || more_exact(route.segments, match.route->segments)) match.route = &route;
  }
  if (match.route) match.params = matched(match.route->segments, segments);
  return match;
}

}  // namespace parley::api
