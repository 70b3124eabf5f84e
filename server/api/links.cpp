#include "api/links.h"

namespace parley::api {

std::string Links::base(const Request& request) const {
  if (!public_url_.empty()) return public_url_;
  return std::string(request.secure ? "https://" : "http://").append(request.header("host"));
}

std::string Links::invite(const Request& request, std::string_view token) const {
  return base(request).append("/invite/").append(token);
}

std::string Links::password_reset(const Request& request, std::string_view token) const {
  return base(request).append("/reset/").append(token);
}

}  // namespace parley::api
