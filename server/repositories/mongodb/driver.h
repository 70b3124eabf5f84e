#pragma once

#include <memory>
#include <mongoc/mongoc.h>
#include <string>
#include <string_view>

namespace parley::mongodb {

// What libmongoc gives out, freed when it goes.
template <auto Destroy>
struct Destroyer {
  template <class Thing>
  void operator()(Thing* thing) const {
    Destroy(thing);
  }
};
using Uri = std::unique_ptr<mongoc_uri_t, Destroyer<mongoc_uri_destroy>>;
using ClientPool = std::unique_ptr<mongoc_client_pool_t, Destroyer<mongoc_client_pool_destroy>>;
using Collection = std::unique_ptr<mongoc_collection_t, Destroyer<mongoc_collection_destroy>>;
using ClientSession = std::unique_ptr<mongoc_client_session_t, Destroyer<mongoc_client_session_destroy>>;
using Cursor = std::unique_ptr<mongoc_cursor_t, Destroyer<mongoc_cursor_destroy>>;

/// Initialises libmongoc at the first call, and has it cleaned up at the end of the process. What it logs goes to our
/// log, without credentials. Call it before anything else of the library.
void start_driver();

/// MONGODB_URL with what this product insists on, whatever the URL says: reads from the primary that a majority
/// confirms, writes that a majority has on disk, no retries but our own, short waits. Throws SettingsError, never with
/// a password.
Uri parse_url(const std::string& url, int max_clients);

/// `text` with what stands between :// and @ left out.
std::string without_credentials(std::string_view text);

}  // namespace parley::mongodb
