#include "cli/run.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fake_backend.h"
#include "support/no_environment.h"
#include "support/temp_folder.h"

namespace parley::cli {
namespace {

using parley::test::NoEnvironment;
using parley::test::TempFolder;
using parley::test::write_text;
using test::FakeBackend;

struct Outcome {
  int exit = -1;
  std::string out{};
  std::string err{};
};

class Run : public ::testing::Test {
 protected:
  ~Run() override { ::umask(before_); }

  Outcome run(std::vector<std::string> words, std::string_view input = {}) {
    words.insert(words.begin(), "parley");
    if (words.size() > 1 && words[1] != "version" && !words_without_folder)
      words.insert(words.end(), {"--data-dir", data.string()});
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    write_text(temp / "input", input);
    EXPECT_NE(std::freopen((temp / "input").c_str(), "r", stdin), nullptr);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.exit = cli::run(static_cast<int>(argv.size()), argv.data(), backend);
    outcome.out = ::testing::internal::GetCapturedStdout();
    outcome.err = ::testing::internal::GetCapturedStderr();
    return outcome;
  }

  /// A settings file of a server on MongoDB.
  std::string on_mongodb() {
    write_text(temp / "mongodb.conf",
               "MONGODB_URL=mongodb://127.0.0.1:1/\nSECRET_KEY=q8Zr2LxPw0fV7sJd5TgYbN3uKe9HmC4a\n");
    return (temp / "mongodb.conf").string();
  }

  NoEnvironment none;
  TempFolder temp;
  std::filesystem::path data = temp / "data";
  FakeBackend backend;
  bool words_without_folder = false;

 private:
  const mode_t before_ = ::umask(022);
};

TEST_F(Run, creates_a_user_before_the_first_start) {
  const auto made = run({"user", "create", "ada", "--admin", "--password-stdin"}, "long enough\nnot this\n");
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_EQ(made.out, "Created ada, an admin.\n");
  EXPECT_EQ(backend.passwords["ada"], "long enough");
  EXPECT_TRUE(std::filesystem::exists(data / "secret_key"));
}

TEST_F(Run, a_generated_password_is_printed_once_and_is_the_users) {
  const auto made = run({"user", "create", "ada", "--generate"});
  ASSERT_EQ(made.exit, 0) << made.err;
  EXPECT_EQ(made.out, "Created ada.\nPassword: " + backend.passwords["ada"] + "\n");
  EXPECT_EQ(backend.passwords["ada"].size(), 20U);
}

TEST_F(Run, a_refusal_is_one_line_and_exit_code_1) {
  const auto refused = run({"user", "create", "ada", "--password-stdin"}, "short\n");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(refused.err, "parley: password: must have 8 characters or more\n");
}

TEST_F(Run, with_json_both_results_and_refusals_are_json) {
  const auto made = run({"user", "create", "ada", "--generate", "--json"});
  EXPECT_EQ(boost::json::parse(made.out).at("password").as_string(), backend.passwords["ada"]);
  const auto refused = run({"user", "disable", "eve", "--json"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.err, R"({"error":{"code":"not_found","message":"there is no user 'eve'"}})"
                         "\n");
}

TEST_F(Run, lists_are_whole_whatever_the_size_of_a_page) {
  for (const char* name : {"ada", "bob", "eve", "joe", "zoe"}) run({"user", "create", name, "--generate"});
  const auto json = run({"user", "list", "--json"});
  EXPECT_EQ(boost::json::parse(json.out).at("items").as_array().size(), 5U);
  const auto text = run({"user", "list"});
  EXPECT_TRUE(text.out.starts_with("username  display_name  admin  disabled  created_at")) << text.out;
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'), 6);
}

TEST_F(Run, a_name_cannot_write_on_the_operators_terminal) {
  run({"user", "create", "ada", "--generate"});
  backend.rooms.push_back({"r1", "evil\x1b[2J\nroom", "public", "ada", 3, {}});
  const auto list = run({"room", "list"});
  EXPECT_NE(list.out.find("evil?[2J?room"), std::string::npos) << list.out;
}

TEST_F(Run, changes_users_rooms_and_invites) {
  run({"user", "create", "ada", "--generate"});
  EXPECT_EQ(run({"user", "disable", "ada"}).out, "Disabled ada; all sessions ended.\n");
  EXPECT_TRUE(backend.users[0].is_disabled);
  EXPECT_EQ(run({"user", "enable", "ada"}).out, "Enabled ada.\n");
  EXPECT_FALSE(backend.users[0].is_disabled);
  EXPECT_EQ(run({"user", "password", "ada", "--password-stdin"}, "another one").out,
            "Set the password of ada; all sessions ended.\n");
  EXPECT_EQ(backend.passwords["ada"], "another one");
  EXPECT_EQ(run({"user", "password", "ada", "--link"}).out.substr(0, 32), "http://localhost:8000/reset/ada\n");
  backend.rooms.push_back({"r1", "room", "public", "ada", 3, {}});
  EXPECT_EQ(run({"room", "delete", "r1"}).out, "Deleted the room r1.\n");
  EXPECT_TRUE(backend.rooms.empty());
  EXPECT_EQ(run({"room", "delete", "r1"}).exit, 1);
  EXPECT_EQ(run({"invite", "create", "--uses", "3", "--expires", "2h"}).exit, 0);
  ASSERT_EQ(backend.invites.size(), 1U);
  EXPECT_EQ(backend.invites[0].uses, 3);
  EXPECT_EQ(backend.invites[0].lifetime_s, 7200);
}

TEST_F(Run, a_mistyped_data_folder_is_not_made) {
  const auto list = run({"user", "list"});
  EXPECT_EQ(list.exit, 1);
  EXPECT_EQ(list.err, "parley: there is no data folder '" + data.string() + "' (see --data-dir)\n");
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(Run, a_wrong_setting_is_a_usage_error_for_every_command) {
  const auto serve = run({"serve", "--port", "x"});
  EXPECT_EQ(serve.exit, 2);
  EXPECT_EQ(serve.err, "parley: --port: 'x' is not a whole number from 0 to 65535\n");
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(Run, serve_gets_checked_settings_the_folder_and_its_key) {
  std::string key;
  backend.on_serve = [&](const Settings& settings, DataFolder* folder) {
    key = settings.secret_key;
    EXPECT_EQ(key, folder->secret_key());
    EXPECT_EQ(settings.port, 4000);
  };
  EXPECT_EQ(run({"serve", "--port", "4000"}).exit, 0);
  EXPECT_EQ(key.size(), 43U);
}

TEST_F(Run, serve_that_fails_ends_with_one_line_and_exit_code_1) {
  backend.on_serve = [](const auto&, auto*) {
    throw std::runtime_error("127.0.0.1:8000 is in use by another program");
  };
  const auto serve = run({"serve"});
  EXPECT_EQ(serve.exit, 1);
  EXPECT_EQ(serve.err, "parley: 127.0.0.1:8000 is in use by another program\n");
}

TEST_F(Run, a_second_server_on_the_folder_is_refused) {
  const DataFolder held(data);
  const auto serve = run({"serve"});
  EXPECT_EQ(serve.exit, 1);
  EXPECT_EQ(serve.err, "parley: the data folder '" + data.string() + "' is in use by another parley (pid " +
                           std::to_string(::getpid()) + ")\n");
}

TEST_F(Run, backup_and_restore_work_without_a_server) {
  run({"user", "create", "ada", "--generate"});
  const auto backup = run({"backup", (temp / "backup").string()});
  EXPECT_EQ(backup.exit, 0) << backup.err;
  data = temp / "restored";
  const auto restored = run({"restore", (temp / "backup").string()});
  EXPECT_EQ(restored.out, "Restored into " + data.string() + ".\n") << restored.err;
  EXPECT_EQ(parley::test::read_text(data / "parley.db"), "the database");
}

TEST_F(Run, a_damaged_backup_is_refused_with_the_finding) {
  run({"user", "create", "ada", "--generate"});
  run({"backup", (temp / "backup").string()});
  data = temp / "restored";
  backend.damage = "row 5 missing from index";
  const auto restored = run({"restore", (temp / "backup").string()});
  EXPECT_EQ(restored.exit, 1);
  EXPECT_EQ(restored.err, "parley: row 5 missing from index\n");
}

TEST_F(Run, with_mongodb_no_command_touches_a_data_folder) {
  const auto config = on_mongodb();
  bool without_folder = false;
  backend.on_serve = [&](const auto&, const DataFolder* folder) { without_folder = folder == nullptr; };
  EXPECT_EQ(run({"serve", "--config", config}).exit, 0);
  EXPECT_TRUE(without_folder);
  EXPECT_EQ(run({"user", "create", "ada", "--generate", "--config", config}).exit, 0);
  EXPECT_EQ(backend.times_opened, 1);
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(Run, with_mongodb_backup_and_restore_point_to_mongodump) {
  const auto config = on_mongodb();
  for (const auto* command : {"backup", "restore"}) {
    const auto refused = run({command, (temp / "backup").string(), "--config", config});
    EXPECT_EQ(refused.exit, 1);
    EXPECT_NE(refused.err.find("mongodump"), std::string::npos) << refused.err;
  }
  EXPECT_EQ(backend.times_opened, 0);
}

TEST_F(Run, a_move_names_its_store_and_says_what_to_do_next) {
  {
    const DataFolder made(data);
  }
  words_without_folder = true;
  const auto moved = run({"move", "--from", "sqlite:" + data.string(), "--to", "-"}, "mongodb://a:b@x/\n");
  EXPECT_EQ(moved.exit, 0) << moved.err;
  EXPECT_EQ(moved.err, "users: 2\n");
  EXPECT_NE(moved.out.find("Moved 5 rows, 3 of them now"), std::string::npos) << moved.out;
  EXPECT_NE(moved.out.find((data / "secret_key").string()), std::string::npos) << moved.out;
  ASSERT_EQ(backend.moves.size(), 1U);
  EXPECT_EQ(backend.moves[0].mongodb_url, "mongodb://a:b@x/");
  EXPECT_EQ(backend.moves[0].mongodb_db_name, "chat_app");
}

TEST_F(Run, a_move_from_nowhere_or_from_under_a_running_server_is_refused) {
  words_without_folder = true;
  EXPECT_EQ(run({"move", "--from", "sqlite:" + data.string(), "--to", "mongodb://x/"}).exit, 1);
  EXPECT_EQ(run({"move", "--from", data.string(), "--to", "mongodb://x/"}).exit, 1);
  EXPECT_FALSE(std::filesystem::exists(data));
  const DataFolder held(data);
  EXPECT_EQ(run({"move", "--from", "sqlite:" + data.string(), "--to", "mongodb://x/"}).exit, 1);
  EXPECT_TRUE(backend.moves.empty());
}

TEST_F(Run, the_version_is_printed) {
  EXPECT_EQ(run({"version"}).out, "parley " PARLEY_VERSION "\n");
  EXPECT_EQ(run({"version", "--json"}).out, R"({"version":")" PARLEY_VERSION "\"}\n");
}

TEST_F(Run, help_goes_to_standard_output) {
  ::testing::internal::CaptureStdout();
  const std::array<const char*, 2> argv{"parley", "--help"};
  EXPECT_EQ(cli::run(2, argv.data(), backend), 0);
  EXPECT_NE(::testing::internal::GetCapturedStdout().find("Usage: parley"), std::string::npos);
}

}  // namespace
}  // namespace parley::cli
