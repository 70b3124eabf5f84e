#include "core/settings.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <unistd.h>

#include "support/temp_folder.h"

namespace parley {
namespace {

using test::message_of;
using test::TempFolder;
using test::write_text;

Settings with(std::map<std::string, std::string> environment, std::map<std::string, std::string> flags = {}) {
  return load_settings({std::move(flags), std::move(environment), {}});
}

Settings from_file(std::string_view text, std::map<std::string, std::string> environment = {}) {
  const TempFolder folder;
  write_text(folder / "parley.conf", text);
  return load_settings({{}, std::move(environment), folder / "parley.conf"});
}

std::string refusal(std::map<std::string, std::string> environment) {
  return message_of<SettingsError>([&] { with(environment); });
}

/// The message, without the name of the folder that the test made.
std::string file_refusal(std::string_view text) {
  auto message = message_of<SettingsError>([&] { from_file(text); });
  const auto start = message.find("/tmp/");
  const auto end = message.find("parley.conf");
  return start == std::string::npos || end == std::string::npos ? message : message.erase(start, end - start);
}

TEST(Settings, have_the_documented_defaults) {
  const auto settings = with({});
  EXPECT_EQ(settings.host, "127.0.0.1");
  EXPECT_EQ(settings.port, 8000);
  EXPECT_EQ(settings.data_dir, "data");
  EXPECT_EQ(settings.metrics_port, std::nullopt);
  EXPECT_EQ(settings.registration, Registration::open);
  EXPECT_EQ(settings.limits.messages_per_second, 50U);
  EXPECT_EQ(settings.limits.sign_in_failures, 10U);
  EXPECT_EQ(settings.limits.registrations_per_hour, 30U);
  EXPECT_EQ(settings.limits.requests_per_second, 100U);
  EXPECT_EQ(settings.slow_consumer_bytes, 1048576U);
  EXPECT_EQ(settings.log_level, log::Level::info);
  EXPECT_TRUE(settings.secret_key.empty());
}

/// So that the text of --help can't drift from the code.
TEST(Settings, defaults_in_the_table_are_those_of_the_struct) {
  for (const auto& spec : setting_specs()) {
    if (spec.fallback == "none" || spec.fallback.starts_with("from ") || spec.fallback.starts_with("made ")) continue;
    Settings settings;
    spec.apply(settings, spec.fallback);
    const Settings plain;
    EXPECT_EQ(settings.port, plain.port) << spec.key;
    EXPECT_EQ(settings.host, plain.host) << spec.key;
    EXPECT_EQ(settings.data_dir.lexically_normal(), plain.data_dir) << spec.key;
    EXPECT_EQ(settings.registration, plain.registration) << spec.key;
    EXPECT_EQ(settings.limits.messages_per_second, plain.limits.messages_per_second) << spec.key;
    EXPECT_EQ(settings.limits.sign_in_failures, plain.limits.sign_in_failures) << spec.key;
    EXPECT_EQ(settings.limits.registrations_per_hour, plain.limits.registrations_per_hour) << spec.key;
    EXPECT_EQ(settings.limits.requests_per_second, plain.limits.requests_per_second) << spec.key;
    EXPECT_EQ(settings.slow_consumer_bytes, plain.slow_consumer_bytes) << spec.key;
    EXPECT_EQ(settings.redis.port, plain.redis.port) << spec.key;
    EXPECT_EQ(settings.redis.db, plain.redis.db) << spec.key;
    EXPECT_EQ(settings.redis.tls, plain.redis.tls) << spec.key;
    EXPECT_EQ(settings.metrics_host, plain.metrics_host) << spec.key;
    EXPECT_EQ(settings.log_format, plain.log_format) << spec.key;
    EXPECT_EQ(settings.log_level, plain.log_level) << spec.key;
  }
}

TEST(Settings, keys_and_flags_are_each_there_once) {
  std::set<std::string_view> names;
  for (const auto& spec : setting_specs()) {
    EXPECT_TRUE(names.insert(spec.key).second) << spec.key;
    if (!spec.flag.empty()) {
      EXPECT_TRUE(names.insert(spec.flag).second) << spec.flag;
    }
  }
}

TEST(Settings, a_secret_has_no_flag) {
  const auto specs = setting_specs();
  for (const std::string_view key : {"SECRET_KEY", "REDIS_PASSWORD", "REDIS_URL"}) {
    const auto secret = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.key == key; });
    ASSERT_NE(secret, specs.end());
    EXPECT_TRUE(secret->flag.empty()) << key;
  }
}

TEST(Settings, a_flag_wins_over_the_environment_and_that_over_the_file) {
  const TempFolder folder;
  write_text(folder / "c", "PORT=1\nHOST=::1\nPARLEY_LOG_LEVEL=debug\n");
  const auto settings = load_settings({{{"port", "3"}}, {{"PORT", "2"}, {"HOST", "0.0.0.0"}}, folder / "c"});
  EXPECT_EQ(settings.port, 3);
  EXPECT_EQ(settings.host, "0.0.0.0");
  EXPECT_EQ(settings.log_level, log::Level::debug);
}

TEST(Settings, an_empty_variable_counts_as_not_given) {
  EXPECT_EQ(with({{"PORT", ""}}).port, 8000);
  EXPECT_EQ(from_file("PORT=9\n", {{"PORT", ""}}).port, 9);
}

TEST(Settings, an_empty_flag_is_refused) {
  EXPECT_EQ(message_of<SettingsError>([] { with({}, {{"port", ""}}); }),
            "--port: '' is not a whole number from 0 to 65535");
}

TEST(Settings, the_file_may_be_named_in_the_environment) {
  const TempFolder folder;
  write_text(folder / "c", "PORT=7\n");
  EXPECT_EQ(with({{"PARLEY_CONFIG", (folder / "c").string()}}).port, 7);
}

TEST(Settings, the_file_has_comments_blanks_and_quotes) {
  const auto settings = from_file("# a comment\n\n  PORT = 81  \r\nPARLEY_DATA_DIR=\" a b \"\nHOST='::1'");
  EXPECT_EQ(settings.port, 81);
  EXPECT_EQ(settings.data_dir, " a b ");
  EXPECT_EQ(settings.host, "::1");
}

TEST(Settings, a_wrong_value_is_named_with_its_place_and_what_is_allowed) {
  EXPECT_EQ(refusal({{"PORT", "http"}}), "PORT (environment): 'http' is not a whole number from 0 to 65535");
  EXPECT_EQ(refusal({{"PORT", "65536"}}), "PORT (environment): '65536' is not a whole number from 0 to 65535");
  EXPECT_EQ(refusal({{"PORT", "-1"}}), "PORT (environment): '-1' is not a whole number from 0 to 65535");
  EXPECT_EQ(refusal({{"PORT", "8000 "}}), "PORT (environment): '8000 ' is not a whole number from 0 to 65535");
  EXPECT_EQ(message_of<SettingsError>([] { with({}, {{"registration", "all"}}); }),
            "--registration: 'all' is not one of open, invite, closed");
  EXPECT_EQ(file_refusal("\nPARLEY_LOG_LEVEL=loud\n"),
            "PARLEY_LOG_LEVEL (parley.conf line 2): 'loud' is not one of debug, info, warn, error");
}

TEST(Settings, a_value_in_a_message_stays_one_short_line) {
  const auto message = refusal({{"HOST", "a\nb" + std::string(500, 'x')}});
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_LT(message.size(), 250U);
}

TEST(Settings, the_file_refuses_what_is_no_setting) {
  EXPECT_EQ(file_refusal("PROT=1\n"), "parley.conf line 1: there is no setting 'PROT'; see parley serve --help");
  EXPECT_EQ(file_refusal("PORT\n"), "parley.conf line 1: the line is not KEY=value");
  const auto doubled = file_refusal("PORT=1\nPORT=2\n");
  EXPECT_TRUE(doubled.starts_with("PORT (parley.conf line 2): it was given before, at PORT (")) << doubled;
  EXPECT_TRUE(doubled.ends_with("line 1)")) << doubled;
}

TEST(Settings, a_file_that_is_not_there_is_refused) {
  EXPECT_EQ(message_of<SettingsError>([] { load_settings({{}, {}, "/nowhere/parley.conf"}); }),
            "the settings file: /nowhere/parley.conf: No such file or directory");
}

TEST(Settings, with_mongodb_the_secret_key_must_be_given) {
  const std::string key = "q8Zr2LxPw0fV7sJd5TgYbN3uKe9HmC4a";
  EXPECT_EQ(refusal({{"MONGODB_URL", "mongodb://x"}}),
            "SECRET_KEY: with MONGODB_URL it must be given, the same to all instances (try: openssl rand -base64 32)");
  EXPECT_NE(refusal({{"MONGODB_URL", "mongodb://x"}, {"SECRET_KEY", "short"}}).find("SECRET_KEY"), std::string::npos);
  const auto settings = with({{"MONGODB_URL", "mongodb+srv://a:b@x/"}, {"SECRET_KEY", key}});
  EXPECT_TRUE(settings.uses_mongodb());
  EXPECT_EQ(settings.mongodb_db_name, "chat_app");
}

TEST(Settings, a_wrong_mongodb_url_is_refused_without_what_it_says) {
  EXPECT_EQ(refusal({{"MONGODB_URL", "postgres://ada:secret@x"}}),
            "MONGODB_URL (environment): does not begin with mongodb:// or mongodb+srv://");
  EXPECT_NE(refusal({{"MONGODB_DB_NAME", "a.b"}}).find("MONGODB_DB_NAME"), std::string::npos);
}

TEST(Settings, a_bus_without_mongodb_is_refused) {
  for (const char* key : {"REDIS_HOST", "REDIS_PASSWORD", "REDIS_USERNAME"}) {
    EXPECT_EQ(refusal({{key, "x"}}), std::string(key) +
                                         " (environment): a bus needs several instances, and those need "
                                         "MONGODB_URL; without it unset this one, too");
  }
  EXPECT_NE(refusal({{"REDIS_URL", "redis://h"}}).find("REDIS_URL (environment): a bus needs"), std::string::npos);
  EXPECT_NE(file_refusal("REDIS_TLS=true\n").find("line 1): a bus needs"), std::string::npos);
}

/// By the table alone, past what settings have to do with each other.
Settings applied(std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  Settings settings;
  for (const auto& spec : setting_specs()) {
    for (const auto& [key, value] : values) {
      if (spec.key == key) spec.apply(settings, value);
    }
  }
  return settings;
}

TEST(Settings, redis_is_given_by_parts_or_by_url) {
  const auto parts = applied({{"REDIS_HOST", "redis.internal"},
                              {"REDIS_PORT", "6380"},
                              {"REDIS_DB", "2"},
                              {"REDIS_USERNAME", "app"},
                              {"REDIS_PASSWORD", "word"},
                              {"REDIS_TLS", "true"}})
                         .redis;
  const auto url =
      applied({{"REDIS_URL", "rediss://app:word@redis.internal:6380/2"}, {"REDIS_TLS_CA", "ca.pem"}}).redis;
  for (const auto& redis : {parts, url}) {
    EXPECT_EQ(redis.host, "redis.internal");
    EXPECT_EQ(redis.port, 6380);
    EXPECT_EQ(redis.db, 2U);
    EXPECT_EQ(redis.username, "app");
    EXPECT_EQ(redis.password, "word");
    EXPECT_TRUE(redis.tls);
  }
  EXPECT_EQ(url.tls_ca, "ca.pem");
}

TEST(Settings, what_redis_settings_have_to_do_with_each_other_is_checked) {
  const auto refused = [](std::map<std::string, std::string> redis) {
    redis["MONGODB_URL"] = "mongodb://x";
    redis["SECRET_KEY"] = "q8Zr2LxPw0fV7sJd5TgYbN3uKe9HmC4a";
    return refusal(redis);
  };
  const std::string fine = "(nothing was thrown)";
  EXPECT_EQ(refused({}), fine);
  EXPECT_EQ(refused({{"REDIS_HOST", "h"}, {"REDIS_DB", "1"}}), fine);
  EXPECT_EQ(refused({{"REDIS_URL", "rediss://h"}, {"REDIS_TLS_CA", "ca.pem"}}), fine);
  EXPECT_EQ(refused({{"REDIS_DB", "1"}}), "REDIS_DB (environment): means nothing without REDIS_HOST or REDIS_URL");
  EXPECT_EQ(refused({{"REDIS_URL", "redis://h"}, {"REDIS_PASSWORD", "hunter2"}}),
            "REDIS_PASSWORD (environment): REDIS_URL says this already; give one of the two");
  EXPECT_EQ(refused({{"REDIS_HOST", "h"}, {"REDIS_USERNAME", "app"}}),
            "REDIS_USERNAME (environment): a user needs a REDIS_PASSWORD");
  EXPECT_NE(refused({{"REDIS_HOST", "h"}, {"REDIS_TLS_CA", "ca.pem"}}).find("without REDIS_TLS=true"), fine.npos);
}

TEST(Settings, a_wrong_redis_is_named_with_what_is_allowed) {
  EXPECT_NE(refusal({{"REDIS_HOST", "h:6379"}}).find("'h:6379' is not a host name"), std::string::npos);
  EXPECT_NE(refusal({{"REDIS_HOST", "redis://h"}}).find("is not a host name"), std::string::npos);
  EXPECT_NE(refusal({{"REDIS_PORT", "0"}}).find("from 1 to 65535"), std::string::npos);
  EXPECT_NE(refusal({{"REDIS_PORT", "tcp://10.0.0.1:6379"}}).find("Kubernetes"), std::string::npos);
  EXPECT_NE(refusal({{"REDIS_DB", "-1"}}).find("from 0 to 65535"), std::string::npos);
  EXPECT_NE(refusal({{"REDIS_TLS", "yes"}}).find("'yes' is not one of true, false, 1, 0"), std::string::npos);
  const auto message = refusal({{"REDIS_URL", "redis://user:hunter2@"}});
  EXPECT_TRUE(message.starts_with("REDIS_URL (environment): is not a URL such as redis://")) << message;
  EXPECT_EQ(message.find("hunter2"), std::string::npos);
}

TEST(Settings, a_host_is_an_address_or_localhost) {
  EXPECT_EQ(with({{"HOST", "localhost"}}).host, "127.0.0.1");
  EXPECT_EQ(with({{"HOST", "::"}}).host, "::");
  EXPECT_NE(refusal({{"HOST", "chat.example.org"}}), "(nothing was thrown)");
}

TEST(Settings, tell_loopback_from_the_rest) {
  EXPECT_TRUE(with({}).loopback());
  EXPECT_TRUE(with({{"HOST", "::1"}}).loopback());
  EXPECT_FALSE(with({{"HOST", "0.0.0.0"}}).loopback());
}

TEST(Settings, origins_are_written_as_browsers_send_them) {
  const auto settings = with({{"PARLEY_ALLOWED_ORIGINS", "https://Chat.Example.org:443/, http://localhost:5173 ,"}});
  EXPECT_EQ(settings.allowed_origins, (std::vector<std::string>{"https://chat.example.org", "http://localhost:5173"}));
}

TEST(Settings, what_is_no_origin_is_refused) {
  for (const char* wrong :
       {"*", "null", "chat.example.org", "ftp://a", "https://a/path", "https://u@a", "https://a?q"}) {
    EXPECT_NE(refusal({{"PARLEY_ALLOWED_ORIGINS", wrong}}), "(nothing was thrown)") << wrong;
  }
}

TEST(Settings, proxies_become_networks) {
  const auto settings = with({{"PARLEY_TRUSTED_PROXIES", "127.0.0.1,10.1.2.3/8, ::1,fd00::1/8"}});
  EXPECT_EQ(settings.trusted_proxies, (std::vector<std::string>{"127.0.0.1/32", "10.0.0.0/8", "::1/128", "fd00::/8"}));
  EXPECT_NE(refusal({{"PARLEY_TRUSTED_PROXIES", "10.0.0.0/33"}}), "(nothing was thrown)");
  EXPECT_NE(refusal({{"PARLEY_TRUSTED_PROXIES", "nginx"}}), "(nothing was thrown)");
}

TEST(Settings, certificate_and_key_go_together) {
  EXPECT_EQ(refusal({{"PARLEY_TLS_CERT", "a.pem"}}),
            "PARLEY_TLS_CERT: PARLEY_TLS_CERT and PARLEY_TLS_KEY go together; only this one is given");
  EXPECT_TRUE(with({{"PARLEY_TLS_CERT", "a.pem"}, {"PARLEY_TLS_KEY", "k.pem"}}).tls());
}

TEST(Settings, a_zero_limit_is_allowed) {
  EXPECT_EQ(with({{"PARLEY_LIMIT_MESSAGES", "0"}}).limits.messages_per_second, 0U);
}

TEST(Settings, a_weak_secret_is_refused_without_being_told) {
  const auto message = refusal({{"SECRET_KEY", "hunter2"}});
  EXPECT_EQ(message, "SECRET_KEY (environment): has 7 characters and needs 32 or more (try: openssl rand -base64 32)");
}

TEST(Settings, the_base_url_follows_host_port_and_tls) {
  EXPECT_EQ(with({}).base_url(), "http://localhost:8000");
  EXPECT_EQ(with({{"PORT", "0"}}).base_url(4711), "http://localhost:4711");
  EXPECT_EQ(with({{"HOST", "192.0.2.7"}, {"PORT", "80"}}).base_url(), "http://192.0.2.7");
  EXPECT_EQ(with({{"HOST", "2001:db8::1"}}).base_url(), "http://[2001:db8::1]:8000");
  EXPECT_EQ(with({{"PARLEY_TLS_CERT", "c"}, {"PARLEY_TLS_KEY", "k"}, {"PORT", "443"}}).base_url(), "https://localhost");
  EXPECT_EQ(with({{"PARLEY_PUBLIC_URL", "https://chat.example.org/"}}).base_url(), "https://chat.example.org");
}

TEST(Settings, variables_that_only_look_like_settings_are_found) {
  EXPECT_EQ(unknown_variables(
                {{"PARLEY_REGISTRATON", "closed"}, {"PARLEY_CONFIG", "x"}, {"PARLEY_LOG_LEVEL", "x"}, {"HOME", "/"}}),
            (std::vector<std::string>{"PARLEY_REGISTRATON"}));
}

TEST(Settings, process_environment_has_what_is_set) {
  const auto found = process_environment();
  ASSERT_NE(*environ, nullptr);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=');
    EXPECT_EQ(found.at(text.substr(0, equals)), text.substr(equals + 1));
  }
}

/// docs/OPERATIONS.md is found from the test's binary, build/PRESET/…, upwards.
TEST(Settings, the_documents_have_the_table_of_the_code) {
  auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  while (!std::filesystem::exists(folder / "docs/OPERATIONS.md") && folder.has_relative_path())
    folder = folder.parent_path();
  const auto document = test::read_text(folder / "docs/OPERATIONS.md");
  EXPECT_NE(document.find(settings_markdown()), std::string::npos) << "docs/OPERATIONS.md lacks this table:\n"
                                                                   << settings_markdown();
}

}  // namespace
}  // namespace parley
