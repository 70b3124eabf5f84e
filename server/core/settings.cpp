#include "core/settings.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "core/file.h"
#include "core/text.h"

namespace parley {
namespace {

constexpr std::string_view kConfig = "PARLEY_CONFIG";
constexpr std::size_t kMostFileBytes = 65536;

/// A value and where it stands, for messages.
struct Given {
  std::string value;
  std::string origin;
};
using FileValues = std::map<std::string, Given, std::less<>>;
constexpr std::string_view kBlank = " \t\r";

/// Quotes around a whole value keep the blanks at its ends; nothing inside them is special.
std::string_view unquoted(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

const SettingSpec* spec_of(std::string_view key) {
  for (const auto& spec : setting_specs()) {
    if (spec.key == key) return &spec;
  }
  return nullptr;
}

[[noreturn]] void fail(std::string_view where, std::string_view why) {
  throw SettingsError(std::string(where) + ": " + std::string(why));
}

void read_line(std::string_view line, const std::string& where, FileValues& values) {
  const auto text = trimmed(line, kBlank);
  if (text.empty() || text.front() == '#') return;
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) fail(where, "the line is not KEY=value");
  const std::string key(trimmed(text.substr(0, equals), kBlank));
  const std::string origin = key + " (" + where + ")";
  if (spec_of(key) == nullptr) fail(where, "there is no setting '" + key + "'; see parley serve --help");
  const std::string value(unquoted(trimmed(text.substr(equals + 1), kBlank)));
  const auto [earlier, added] = values.try_emplace(key, Given{value, origin});
  if (!added) fail(origin, "it was given before, at " + earlier->second.origin);
}

FileValues read_settings_file(const std::filesystem::path& path) {
  std::string text;
  try {
    text = read_file(path, kMostFileBytes);
  } catch (const std::system_error& e) {
    fail("the settings file", e.what());
  }
  FileValues values;
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    read_line(std::string_view(text).substr(start, end - start), path.string() + " line " + std::to_string(++number),
              values);
    start = end + 1;
  }
  return values;
}

std::optional<Given> winner(const SettingSpec& spec, const SettingSources& sources, const FileValues& file) {
  if (const auto flag = sources.flags.find(std::string(spec.flag)); !spec.flag.empty() && flag != sources.flags.end()) {
    return Given{flag->second, "--" + std::string(spec.flag)};
  }
  const auto variable = sources.environment.find(std::string(spec.key));
  if (variable != sources.environment.end() && !variable->second.empty()) {
    return Given{variable->second, std::string(spec.key) + " (environment)"};
  }
  const auto line = file.find(spec.key);
  if (line != file.end() && !line->second.value.empty()) return line->second;
  return std::nullopt;
}

/// Where each setting that was given stands, by its key.
using Origins = std::map<std::string_view, std::string>;

/// REDIS_URL or the single ones, never a mixture; and none without MongoDB: SQLite has one instance, so that a bus
/// would join nothing, and whoever sets one up believes otherwise.
void check_redis(const Settings& settings, const Origins& origins) {
  const bool by_url = origins.contains("REDIS_URL");
  for (const auto& [key, origin] : origins) {
    if (!key.starts_with("REDIS_")) continue;
    if (!origins.contains("MONGODB_URL")) {
      fail(origin, "a bus needs several instances, and those need MONGODB_URL; without it unset this one, too");
    }
    if (settings.redis.host.empty()) fail(origin, "means nothing without REDIS_HOST or REDIS_URL");
    if (by_url && key != "REDIS_URL" && key != "REDIS_TLS_CA") {
      fail(origin, "REDIS_URL says this already; give one of the two");
    }
  }
  if (!settings.redis.username.empty() && settings.redis.password.empty()) {
    fail(origins.at("REDIS_USERNAME"), "a user needs a REDIS_PASSWORD");
  }
  if (!settings.redis.tls_ca.empty() && !settings.redis.tls) {
    fail(origins.at("REDIS_TLS_CA"), "means nothing without REDIS_TLS=true or a rediss:// URL");
  }
}

void check_together(const Settings& settings, const Origins& origins) {
  check_redis(settings, origins);
  if (settings.tls_cert.empty() != settings.tls_key.empty()) {
    fail(settings.tls_cert.empty() ? "PARLEY_TLS_KEY" : "PARLEY_TLS_CERT",
         "PARLEY_TLS_CERT and PARLEY_TLS_KEY go together; only this one is given");
  }
  if (settings.uses_mongodb() && settings.secret_key.empty()) {
    fail("SECRET_KEY", "with MONGODB_URL it must be given, the same to all instances (try: openssl rand -base64 32)");
  }
}

}  // namespace

bool Settings::loopback() const {
  return boost::asio::ip::make_address(host).is_loopback();
}

std::string Settings::base_url(std::uint16_t bound_port) const {
  if (!public_url.empty()) return public_url;
  const auto address = boost::asio::ip::make_address(host);
  const bool local = address.is_unspecified() || (address.is_v4() && address.is_loopback());
  const std::string name = local ? "localhost" : address.is_v6() ? "[" + host + "]" : host;
  const auto shown = bound_port != 0 ? bound_port : port;
  const bool standard = shown == (tls() ? 443 : 80);
  return std::string(tls() ? "https://" : "http://") + name + (standard ? "" : ":" + std::to_string(shown));
}

Settings load_settings(const SettingSources& sources) {
  auto path = sources.file;
  if (const auto named = sources.environment.find(std::string(kConfig));
      path.empty() && named != sources.environment.end()) {
    path = named->second;
  }
  const auto file = path.empty() ? FileValues{} : read_settings_file(path);
  Settings settings;
  Origins origins;
  for (const auto& spec : setting_specs()) {
    const auto given = winner(spec, sources, file);
    if (!given) continue;
    origins.emplace(spec.key, given->origin);
    try {
      spec.apply(settings, given->value);
    } catch (const std::invalid_argument& e) {
      fail(given->origin, e.what());
    }
  }
  check_together(settings, origins);
  return settings;
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::vector<std::string> unknown_variables(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : environment) {
    if (key.starts_with("PARLEY_") && key != kConfig && spec_of(key) == nullptr) unknown.push_back(key);
  }
  return unknown;
}

std::string settings_markdown() {
  std::string table = "| variable, flag | default | meaning |\n| --- | --- | --- |\n";
  const auto row = [&table](std::string_view key, std::string_view flag, std::string_view fallback,
                            std::string_view help) {
    table += "| `" + std::string(key) + "`" + (flag.empty() ? "" : ", `--" + std::string(flag) + "`") + " | " +
             std::string(fallback) + " | " + std::string(help) + " |\n";
  };
  for (const auto& spec : setting_specs()) row(spec.key, spec.flag, spec.fallback, spec.help);
  row(kConfig, "config", "none", "A file of KEY=value lines with any of the above.");
  return table;
}

}  // namespace parley
