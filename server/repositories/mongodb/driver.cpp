#include "repositories/mongodb/driver.h"

#include <algorithm>
#include <cstdlib>

#include "core/log.h"
#include "core/settings.h"
#include "repositories/mongodb/waits.h"

namespace parley::mongodb {
namespace {

void write_to_our_log(mongoc_log_level_t level, const char* domain, const char* message, void* /*unused*/) {
  if (level > MONGOC_LOG_LEVEL_INFO) return;
  const auto text = without_credentials(message);
  // A session that is not ended at the end of the process times out by itself.
  const bool farewell = text.find("endSessions") != std::string::npos;
  const bool matters = level <= MONGOC_LOG_LEVEL_WARNING && !farewell;
  log::write(matters ? log::Level::warn : log::Level::debug, "MongoDB driver", {{"part", domain}, {"text", text}});
}

// libmongoc puts its counters into /dev/shm in a constructor of its own, whether MongoDB is used or not; they are
// nobody's here, and the file would stay after a kill -9. It is linked in (cmake/dependencies.cmake), so that this
// comes first.
constexpr int kBeforeLibraries = 101;  // the first that is not the compiler's own
[[gnu::constructor(kBeforeLibraries)]] void forbid_shared_counters() {
  ::setenv("MONGOC_DISABLE_SHM", "1", 1);  // NOLINT(concurrency-mt-unsafe): before there is another thread
}

struct Library {
  Library() {
    mongoc_log_set_handler(write_to_our_log, nullptr);
    mongoc_init();
  }
  ~Library() { mongoc_cleanup(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

void set_waits(mongoc_uri_t* uri, int max_clients) {
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, kSelectionMs);
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_CONNECTTIMEOUTMS, kConnectMs);
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SOCKETTIMEOUTMS, kSocketMs);
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_WAITQUEUETIMEOUTMS, kPoolWaitMs);
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, max_clients);
}

void set_concerns(mongoc_uri_t* uri) {
  const std::unique_ptr<mongoc_write_concern_t, Destroyer<mongoc_write_concern_destroy>> writes(
      mongoc_write_concern_new());
  mongoc_write_concern_set_wmajority(writes.get(), kMajorityMs);
  mongoc_write_concern_set_journal(writes.get(), true);
  mongoc_uri_set_write_concern(uri, writes.get());
  const std::unique_ptr<mongoc_read_concern_t, Destroyer<mongoc_read_concern_destroy>> reads(mongoc_read_concern_new());
  mongoc_read_concern_set_level(reads.get(), MONGOC_READ_CONCERN_LEVEL_MAJORITY);
  mongoc_uri_set_read_concern(uri, reads.get());
  const std::unique_ptr<mongoc_read_prefs_t, Destroyer<mongoc_read_prefs_destroy>> from(
      mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  mongoc_uri_set_read_prefs_t(uri, from.get());
}

}  // namespace

void start_driver() {
  static const Library library;
}

Uri parse_url(const std::string& url, int max_clients) {
  start_driver();
  bson_error_t error;
  Uri uri(mongoc_uri_new_with_error(url.c_str(), &error));
  if (!uri) {
    // The driver's words may repeat a part of the URL, a badly escaped password above all.
    const bool secret = url.find('@') != std::string::npos;
    throw SettingsError("MONGODB_URL: it is not a MongoDB URL, such as mongodb://127.0.0.1:27017/?replicaSet=rs0 " +
                        (secret ? std::string("(in a user name or password, write : / ? # [ ] @ % as %3A and so on)")
                                : "(" + std::string(error.message) + ")"));
  }
  set_waits(uri.get(), max_clients);
  set_concerns(uri.get());
  // An unknown outcome is settled by the same key, not by the driver: its retry would double the time.
  mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYWRITES, false);
  mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYREADS, false);
  mongoc_uri_set_appname(uri.get(), "parley");
  return uri;
}

std::string without_credentials(std::string_view text) {
  std::string out;
  for (auto scheme = text.find("://"); scheme != std::string_view::npos; scheme = text.find("://")) {
    const auto url_end = std::min(text.find_first_of(" \t\"'", scheme), text.size());
    const auto at = text.substr(0, url_end).rfind('@');
    out.append(text.substr(0, scheme + 3));
    const bool secret = at != std::string_view::npos && at > scheme;
    if (secret) out.append("***");
    text.remove_prefix(secret ? at : scheme + 3);
  }
  return out.append(text);
}

}  // namespace parley::mongodb
