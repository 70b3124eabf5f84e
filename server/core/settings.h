#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/log.h"
#include "core/redis_address.h"

namespace parley {

enum class Registration { open, invite, closed };

/// Rates past which a request is refused. 0 is none.
struct Limits {
  unsigned messages_per_second = 50;     ///< a user, averaged; bursts of four times as many
  unsigned sign_in_failures = 10;        ///< in 5 minutes, an account and address; an address alone ten times as many
  unsigned registrations_per_hour = 30;  ///< an address
  unsigned requests_per_second = 100;    ///< a user or, before signing in, an address
};

/// Everything that can be set, checked and in its final form. Read by main and handed down; no other code
/// reads the environment, flags or the settings file.
struct Settings {
  std::string secret_key{};  ///< signs tokens; empty: the data folder's own (core/data_folder.h)
  std::filesystem::path data_dir = "data";
  std::string mongodb_url{};  ///< holds a password; empty: the store is SQLite in data_dir
  std::string mongodb_db_name = "chat_app";
  std::string host = "127.0.0.1";               ///< an IP address
  std::uint16_t port = 8000;                    ///< 0: any free one
  std::filesystem::path tls_cert{};             ///< PEM chain; empty together with tls_key: no TLS
  std::filesystem::path tls_key{};              ///< PEM
  std::optional<std::uint16_t> metrics_port{};  ///< none: no metrics listener
  std::string metrics_host = "127.0.0.1";       ///< an IP address
  std::string public_url{};  ///< scheme://host[:port] for links; empty: from the request, or host and port
  Registration registration = Registration::open;
  std::vector<std::string> allowed_origins{};  ///< as browsers send them: lower case, no default port, no slash
  std::vector<std::string> trusted_proxies{};  ///< networks in CIDR form, single addresses too ("::1/128")
  Limits limits{};
  RedisAddress redis{};                       ///< the bus between instances; without a host: there is one instance
  std::size_t slow_consumer_bytes = 1048576;  ///< queued for one connection before it is closed with 4008
  log::Format log_format = log::Format::plain;
  log::Level log_level = log::Level::info;

  bool uses_mongodb() const { return !mongodb_url.empty(); }
  bool tls() const { return !tls_cert.empty(); }
  bool loopback() const;  ///< whether only this machine can reach `host`
  /// public_url, or what host and port (or `bound_port`, where that is not 0) give.
  std::string base_url(std::uint16_t bound_port = 0) const;
};

/// One setting. The table of these is the only description of the settings: flags, environment, file, --help
/// and the documents come from it.
struct SettingSpec {
  std::string_view key;       ///< in the environment and in the file
  std::string_view flag;      ///< without the dashes; empty: a secret, which must not stand in a command line
  std::string_view value;     ///< what the value is, for people: "PORT"
  std::string_view fallback;  ///< the default, for people
  std::string_view help;      ///< one sentence: what it does, what is allowed
  /// Reads `text` into the settings. Throws std::invalid_argument saying what is wrong and what is allowed,
  /// never with the text of a secret.
  void (*apply)(Settings& settings, std::string_view text);
};
std::span<const SettingSpec> setting_specs();

/// A setting is wrong; what() is one line: which, from where, why, and what is allowed.
struct SettingsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where settings come from. A flag wins over the environment, the environment over the file. An empty
/// variable, and an empty value in the file, count as not given.
struct SettingSources {
  std::map<std::string, std::string> flags{};  ///< by the spec's flag
  std::map<std::string, std::string> environment{};
  std::filesystem::path file{};  ///< empty: PARLEY_CONFIG of the environment, or none
};

/// Throws SettingsError at the first fault.
Settings load_settings(const SettingSources& sources);

/// The process's environment, for SettingSources.
std::map<std::string, std::string> process_environment();

/// Variables that look like ours (PARLEY_…) and are not: a slip worth a warning, not a refusal, because
/// others (Kubernetes, wrappers) make such names too.
std::vector<std::string> unknown_variables(const std::map<std::string, std::string>& environment);

/// The table as Markdown, as it stands in the documents.
std::string settings_markdown();

}  // namespace parley
