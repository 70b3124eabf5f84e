#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "api/http.h"

namespace parley::api {

/// Addresses of the web app's pages, to be handed to people.
class Links {
 public:
  /// `public_url`: scheme://host[:port]; empty: as the request that asks was addressed.
  explicit Links(std::string public_url) : public_url_(std::move(public_url)) {}

  std::string invite(const Request& request, std::string_view token) const;
  std::string password_reset(const Request& request, std::string_view token) const;

 private:
  std::string base(const Request& request) const;

  const std::string public_url_;
};

}  // namespace parley::api
