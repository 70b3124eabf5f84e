#include "api/assets.h"

#include <algorithm>

#include "api/fields.h"
#include "api/media_type.h"

namespace parley::api {
namespace {

using embedded::Asset;

bool is_under(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool has_extension(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

struct Variant {
  std::string_view bytes;
  std::string_view coding;  ///< of Content-Encoding; empty: identity
};

Variant variant_of(const Asset& asset, std::string_view accept_encoding) {
  switch (choose_coding(accept_encoding, {.brotli = !asset.brotli.empty(), .gzip = !asset.gzip.empty()})) {
    case Coding::brotli:
      return {asset.brotli, "br"};
    case Coding::gzip:
      return {asset.gzip, "gzip"};
    case Coding::identity:
      break;
  }
  return {asset.identity, {}};
}

/// Bytes that differ must not share a strong tag (RFC 9110 section 8.8.3).
std::string etag_of(const Asset& asset, std::string_view coding) {
  std::string tag(asset.etag);
  if (!coding.empty()) tag.insert(tag.size() - 1, "-" + std::string(coding));
  return tag;
}

/// RFC 9110 section 13.1.2: a list of tags, compared weakly, or "*".
bool none_match(std::string_view header, std::string_view etag) {
  return header != "*" && header.find(etag) == std::string_view::npos;
}

Response serve(const Asset& asset, const Request& request) {
  const auto variant = variant_of(asset, request.header("accept-encoding"));
  const auto etag = etag_of(asset, variant.coding);
  Response response;
  auto& headers = response.headers;
  headers.emplace_back("ETag", etag);
  headers.emplace_back("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (!asset.brotli.empty() || !asset.gzip.empty()) headers.emplace_back("Vary", "Accept-Encoding");
  response.content_type = asset.content_type;
  if (!none_match(request.header("if-none-match"), etag)) {
    response.status = 304;
    return response;
  }
  if (!variant.coding.empty()) headers.emplace_back("Content-Encoding", variant.coding);
  response.constant_body = variant.bytes;
  return response;
}

Task<Result<Response>> contract(const Asset& asset, Request request) {
  auto fields = Fields::of_query(request);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  co_return serve(asset, request);
}

}  // namespace

const Asset* Assets::at(std::string_view path) const {
  const auto it = std::ranges::lower_bound(assets_, path, {}, &Asset::path);
  return it != assets_.end() && it->path == path ? &*it : nullptr;
}

const Asset* Assets::page_for(const Request& request) const {
  const std::string_view path = request.path;
  for (const std::string_view other : {"/api", "/ws", "/docs"}) {
    if (is_under(path, other)) return nullptr;
  }
  if (has_extension(path) || !accepts_html(request.header("accept"))) return nullptr;
  return at("/index.html");
}

std::optional<Response> Assets::find(const Request& request) const {
  std::string_view path = request.path;
  if (path == "/") path = "/index.html";
  if (path == "/docs" || path == "/docs/") path = "/docs/index.html";
  const Asset* asset = at(path);
  if (!asset) asset = page_for(request);
  if (!asset) return std::nullopt;
  return serve(*asset, request);
}

void Assets::add_routes(Router& router) const {
  for (const Asset& asset : assets_) {
    if (!is_under(asset.path, "/api")) continue;
    router.add(Method::get, asset.path, Access::open,
               [&asset](Request request) { return contract(asset, std::move(request)); });
  }
}

}  // namespace parley::api
