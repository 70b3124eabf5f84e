#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "api/http.h"
#include "core/embedded.h"

namespace parley::api {

/// Serves what is embedded in the binary: the web app, Swagger UI at /docs, the contracts. Compressed as the client
/// likes best, with ETag and 304; for ever where the name has a hash, otherwise asked for anew each time.
class Assets {
 public:
  /// `assets` sorted by path, as embedded::all() gives them; they live as long as the process.
  explicit Assets(std::span<const embedded::Asset> assets = embedded::all()) : assets_(assets) {}

  /// What is at the path; for a page of the web app (no file extension, not under /api, /ws or /docs, and the
  /// client asks for HTML) its index.html. The edge's fallback.
  std::optional<Response> find(const Request& request) const;

  /// Routes for what is under /api: like every call there, they refuse unknown query parameters.
  void add_routes(Router& router) const;

 private:
  const embedded::Asset* at(std::string_view path) const;
  const embedded::Asset* page_for(const Request& request) const;

  std::span<const embedded::Asset> assets_;
};

}  // namespace parley::api
