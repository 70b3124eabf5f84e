#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <limits>

#include "core/data_folder.h"
#include "core/settings.h"

namespace parley {
namespace {

namespace ip = boost::asio::ip;

/// The value inside a message: one line, bounded, whatever was given.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::string out = "'";
  for (const char c : text.substr(0, kShown)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out + (text.size() > kShown ? "…'" : "'");
}

[[noreturn]] void refuse_value(std::string_view text, const std::string& why) {
  throw std::invalid_argument(quoted(text) + " " + why);
}

template <class Number>
Number number(std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    refuse_value(text, "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

unsigned rate(std::string_view text) {
  return number<unsigned>(text, 0, 1'000'000);
}

template <class Value, std::size_t Size>
Value one_of(std::string_view text, const std::array<std::pair<std::string_view, Value>, Size>& choices) {
  std::string allowed;
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  }
  refuse_value(text, "is not one of " + allowed);
}

std::string address(std::string_view text) {
  if (text == "localhost") return "127.0.0.1";
  boost::system::error_code ec;
  const auto parsed = ip::make_address(std::string(text), ec);
  if (ec) refuse_value(text, "is not an IP address (such as 127.0.0.1, 0.0.0.0, ::1 or ::) or localhost");
  return parsed.to_string();
}

std::string network(std::string_view text) {
  const std::string name(text);
  boost::system::error_code ec;
  if (text.find('/') == std::string_view::npos) {
    const auto single = ip::make_address(name, ec);
    if (!ec) return single.to_string() + (single.is_v4() ? "/32" : "/128");
  } else {
    const auto v4 = ip::make_network_v4(name, ec);
    if (!ec) return v4.canonical().to_string();
    const auto v6 = ip::make_network_v6(name, ec);
    if (!ec) return v6.canonical().to_string();
  }
  refuse_value(text, "is not an IP address or a network such as 10.0.0.0/8");
}

/// scheme://host[:port] as a browser writes an Origin: lower case, without a default port or a slash.
std::string origin(std::string_view text) {
  if (text == "*" || text == "null") refuse_value(text, "would let any site in: name each origin");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  const bool http = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https");
  const bool bare = http && !parsed->has_userinfo() && !parsed->has_query() && !parsed->has_fragment() &&
                    (parsed->encoded_path().empty() || parsed->encoded_path() == "/") &&
                    !parsed->encoded_host().empty();
  if (!bare) refuse_value(text, "is not an origin such as https://chat.example.org (no path)");
  std::string result = std::string(parsed->scheme()) + "://" + std::string(parsed->encoded_host());
  const std::string_view standard = parsed->scheme() == "http" ? "80" : "443";
  if (!parsed->port().empty() && parsed->port() != standard) result += ":" + std::string(parsed->port());
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

std::vector<std::string> list(std::string_view text, std::string (*item)(std::string_view)) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto part = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) items.push_back(item(part));
  }
  return items;
}

std::filesystem::path path(std::string_view text) {
  if (text.empty()) throw std::invalid_argument("must not be empty");
  if (text.find('\0') != std::string_view::npos) refuse_value(text, "is not a path");
  return text;
}

std::string secret(std::string_view text) {
  if (const auto weakness = weakness_of_secret(text); !weakness.empty()) throw std::invalid_argument(weakness);
  return std::string(text);
}

std::string host_name(std::string_view text) {
  const bool is_one = !text.empty() && text.find_first_of(" \t/@,") == std::string_view::npos;
  const bool has_port = text.find(':') != std::string_view::npos && text.find(':') == text.rfind(':');
  if (!is_one || has_port) refuse_value(text, "is not a host name or an IP address (the port is REDIS_PORT)");
  return std::string(text);
}

std::uint16_t redis_port(std::string_view text) {
  if (text.starts_with("tcp://")) {
    refuse_value(text,
                 "is not a port; Kubernetes sets it so for a service that is called redis: give REDIS_URL, and "
                 "turn that off (enableServiceLinks: false)");
  }
  return number<std::uint16_t>(text, 1, 65535);
}

/// REDIS_URL, beside what single settings said: check_redis in settings.cpp refuses the mixture.
RedisAddress redis_url(std::string_view text, const RedisAddress& before) {
  auto address = parse_redis_url(text);
  address.tls_ca = before.tls_ca;
  return address;
}

/// Never says what the text is: it may hold a password. The driver reads it in full.
std::string mongodb_url(std::string_view text) {
  if (text.starts_with("mongodb://") || text.starts_with("mongodb+srv://")) return std::string(text);
  throw std::invalid_argument("does not begin with mongodb:// or mongodb+srv://");
}

std::string database_name(std::string_view text) {
  constexpr std::size_t kMost = 63;
  const bool bad =
      text.empty() || text.size() > kMost || text.find_first_of("/\\. \"$*<>:|?") != std::string_view::npos;
  if (bad)
    refuse_value(text, "is not a name of a MongoDB database (up to 63 characters, none of / \\ . \" $ * < > : | ?)");
  return std::string(text);
}

constexpr std::array<std::pair<std::string_view, bool>, 4> kSwitch{
    {{"true", true}, {"false", false}, {"1", true}, {"0", false}}};
constexpr std::array<std::pair<std::string_view, Registration>, 3> kRegistrations{
    {{"open", Registration::open}, {"invite", Registration::invite}, {"closed", Registration::closed}}};
constexpr std::array<std::pair<std::string_view, log::Format>, 2> kFormats{
    {{"plain", log::Format::plain}, {"json", log::Format::json}}};
constexpr std::array<std::pair<std::string_view, log::Level>, 4> kLevels{{{"debug", log::Level::debug},
                                                                          {"info", log::Level::info},
                                                                          {"warn", log::Level::warn},
                                                                          {"error", log::Level::error}}};

using Text = std::string_view;

constexpr std::array kSpecs{
    SettingSpec{"SECRET_KEY", "", "TEXT", "made at the first start, kept in the data folder",
                "Signs tokens; 32 characters or more. Changing it signs everybody out.",
                [](Settings& s, Text t) { s.secret_key = secret(t); }},
    SettingSpec{"PARLEY_DATA_DIR", "data-dir", "PATH", "./data",
                "The folder that holds everything: the database, the secret key, the control socket.",
                [](Settings& s, Text t) { s.data_dir = path(t); }},
    SettingSpec{
        "MONGODB_URL", "", "URL", "none",
        "Keeps everything in MongoDB instead, for one or more instances; mongodb:// or mongodb+srv://, with all "
        "options of the URL but concerns, read preference and time-outs, which are fixed.",
        [](Settings& s, Text t) { s.mongodb_url = mongodb_url(t); }},
    SettingSpec{"MONGODB_DB_NAME", "mongodb-db-name", "NAME", "chat_app", "The name of the database in MongoDB.",
                [](Settings& s, Text t) { s.mongodb_db_name = database_name(t); }},
    SettingSpec{"REDIS_HOST", "redis-host", "HOST", "none",
                "The Redis that joins several instances; a host name or an IP address. Needs MONGODB_URL.",
                [](Settings& s, Text t) { s.redis.host = host_name(t); }},
    SettingSpec{"REDIS_PORT", "redis-port", "PORT", "6379", "Its TCP port.",
                [](Settings& s, Text t) { s.redis.port = redis_port(t); }},
    SettingSpec{"REDIS_DB", "redis-db", "NUMBER", "0", "Its database.",
                [](Settings& s, Text t) { s.redis.db = number<unsigned>(t, 0, 65535); }},
    SettingSpec{"REDIS_USERNAME", "redis-username", "NAME", "none", "The ACL user to sign in as there.",
                [](Settings& s, Text t) { s.redis.username = t; }},
    SettingSpec{"REDIS_PASSWORD", "", "TEXT", "none", "The password there.",
                [](Settings& s, Text t) { s.redis.password = t; }},
    SettingSpec{"REDIS_TLS", "redis-tls", "true|false", "false", "Whether Redis is spoken to over TLS.",
                [](Settings& s, Text t) { s.redis.tls = one_of(t, kSwitch); }},
    SettingSpec{"REDIS_TLS_CA", "redis-tls-ca", "PATH", "none",
                "The authorities (PEM) to believe about Redis's certificate, instead of the system's.",
                [](Settings& s, Text t) { s.redis.tls_ca = path(t); }},
    SettingSpec{"REDIS_URL", "", "URL", "none",
                "All of that in one, instead: redis://user:password@host:6379/0, or rediss:// for TLS.",
                [](Settings& s, Text t) { s.redis = redis_url(t, s.redis); }},
    SettingSpec{"HOST", "host", "ADDRESS", "127.0.0.1", "The IP address to listen on; 0.0.0.0 or :: is all of them.",
                [](Settings& s, Text t) { s.host = address(t); }},
    SettingSpec{"PORT", "port", "PORT", "8000", "The TCP port to listen on; 0 takes any free one.",
                [](Settings& s, Text t) { s.port = number<std::uint16_t>(t, 0, 65535); }},
    SettingSpec{"PARLEY_TLS_CERT", "tls-cert", "PATH", "none",
                "The certificate chain (PEM); together with the key it makes the server speak TLS.",
                [](Settings& s, Text t) { s.tls_cert = path(t); }},
    SettingSpec{"PARLEY_TLS_KEY", "tls-key", "PATH", "none", "The certificate's private key (PEM).",
                [](Settings& s, Text t) { s.tls_key = path(t); }},
    SettingSpec{"PARLEY_PUBLIC_URL", "public-url", "URL", "from the request, or HOST and PORT",
                "Where people reach the server, for links in invites: scheme and host, no path.",
                [](Settings& s, Text t) { s.public_url = origin(t); }},
    SettingSpec{"PARLEY_REGISTRATION", "registration", "WHO", "open",
                "Who may sign up: open (everybody), invite (with a link), closed (nobody).",
                [](Settings& s, Text t) { s.registration = one_of(t, kRegistrations); }},
    SettingSpec{"PARLEY_ALLOWED_ORIGINS", "allowed-origins", "ORIGINS", "none",
                "Web clients hosted elsewhere that may call this server; origins, separated by commas.",
                [](Settings& s, Text t) { s.allowed_origins = list(t, origin); }},
    SettingSpec{"PARLEY_TRUSTED_PROXIES", "trusted-proxies", "NETWORKS", "none",
                "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; addresses or networks, "
                "separated by commas.",
                [](Settings& s, Text t) { s.trusted_proxies = list(t, network); }},
    SettingSpec{"PARLEY_LIMIT_MESSAGES", "limit-messages", "NUMBER", "50",
                "Messages a second that a user may send on average, four times as many in a burst; 0 is no limit.",
                [](Settings& s, Text t) { s.limits.messages_per_second = rate(t); }},
    SettingSpec{"PARLEY_LIMIT_SIGN_IN", "limit-sign-in", "NUMBER", "10",
                "Failed sign-ins in 5 minutes for one account from one address, ten times as many for one "
                "address; 0 is no limit.",
                [](Settings& s, Text t) { s.limits.sign_in_failures = rate(t); }},
    SettingSpec{"PARLEY_LIMIT_REGISTRATIONS", "limit-registrations", "NUMBER", "30",
                "Registrations an hour from one address; 0 is no limit.",
                [](Settings& s, Text t) { s.limits.registrations_per_hour = rate(t); }},
    SettingSpec{"PARLEY_LIMIT_REQUESTS", "limit-requests", "NUMBER", "100",
                "Requests a second of one user or, before signing in, of one address; 0 is no limit.",
                [](Settings& s, Text t) { s.limits.requests_per_second = rate(t); }},
    SettingSpec{"PARLEY_SLOW_CONSUMER_BYTES", "slow-consumer-bytes", "BYTES", "1048576",
                "What may wait for one connection before it is closed as too slow; 65536 to 1073741824.",
                [](Settings& s, Text t) { s.slow_consumer_bytes = number<std::size_t>(t, 65536, 1073741824); }},
    SettingSpec{"PARLEY_METRICS_PORT", "metrics-port", "PORT", "none",
                "The TCP port of the Prometheus metrics; without it there are none.",
                [](Settings& s, Text t) { s.metrics_port = number<std::uint16_t>(t, 0, 65535); }},
    SettingSpec{"PARLEY_METRICS_HOST", "metrics-host", "ADDRESS", "127.0.0.1",
                "The IP address of the Prometheus metrics, which anybody who reaches it may read.",
                [](Settings& s, Text t) { s.metrics_host = address(t); }},
    SettingSpec{"PARLEY_LOG_FORMAT", "log-format", "FORMAT", "plain",
                "How log lines look on standard error: plain or json.",
                [](Settings& s, Text t) { s.log_format = one_of(t, kFormats); }},
    SettingSpec{"PARLEY_LOG_LEVEL", "log-level", "LEVEL", "info",
                "The least level that is logged: debug, info, warn or error.",
                [](Settings& s, Text t) { s.log_level = one_of(t, kLevels); }},
};

}  // namespace

std::span<const SettingSpec> setting_specs() {
  return kSpecs;
}

}  // namespace parley
