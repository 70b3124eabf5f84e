#include "api/bearer.h"

#include <boost/beast/core/string.hpp>

namespace parley::api {

std::string bearer_token(const Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  auto value = request.header("authorization");
  if (!boost::beast::iequals(value.substr(0, kScheme.size()), kScheme)) return {};
  value.remove_prefix(kScheme.size());
  if (value.find_first_not_of(kAllowed) != std::string_view::npos) return {};
  return std::string(value);
}

}  // namespace parley::api
