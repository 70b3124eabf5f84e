#pragma once

// Files that are part of the binary: the web app, Swagger UI, the contracts, and the list of common
// passwords. All of it is constant data of the executable: any thread, any time, nothing is allocated.

#include <span>
#include <string_view>

namespace parley::embedded {

struct Asset {
  std::string_view path;          // as requested: "/index.html", "/docs/swagger-ui.css", "/api/v1/openapi.yaml"
  std::string_view content_type;  // complete, with the charset where there is one
  std::string_view etag;          // strong, with its quotes; of the identity bytes. A variant must add its own mark
  std::string_view identity;      // the file's bytes
  std::string_view brotli;        // the same compressed; empty where that would not be smaller
  std::string_view gzip;
  bool immutable;  // the name holds a hash of the content: it may be cached for ever
};

// The asset of exactly this path, or nullptr. "/" is not a path: ask for "/index.html", or
// "/docs/index.html".
const Asset* find(std::string_view path);

// All assets, sorted by path (bytewise).
std::span<const Asset> all();

// The 10,000 most common passwords, lower case, each once, sorted bytewise, each ended by '\n'.
// Empty only in a build without PARLEY_REQUIRE_ASSETS for which the list had not been installed.
std::string_view common_passwords();

}  // namespace parley::embedded
