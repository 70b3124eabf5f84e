#include "cli/command_line.h"

#include <gtest/gtest.h>

namespace parley::cli {
namespace {

std::variant<Invocation, Ending> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "parley");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

Invocation command(std::vector<const char*> words) {
  const auto parsed = parse(std::move(words));
  if (const auto* ending = std::get_if<Ending>(&parsed)) throw std::runtime_error(ending->text);
  return std::get<Invocation>(parsed);
}

Ending ending(std::vector<const char*> words) {
  const auto parsed = parse(std::move(words));
  return std::get<Ending>(parsed);
}

TEST(CommandLine, serve_takes_every_setting_that_has_a_flag) {
  for (const auto& spec : setting_specs()) {
    if (spec.flag.empty()) continue;
    const auto flag = "--" + std::string(spec.flag);
    EXPECT_EQ(command({"serve", flag.c_str(), "value"}).sources.flags.at(std::string(spec.flag)), "value");
  }
}

TEST(CommandLine, serve_help_names_every_setting_and_its_default) {
  const auto help = ending({"serve", "--help"});
  EXPECT_EQ(help.exit, Exit::ok);
  for (const auto& spec : setting_specs()) {
    EXPECT_NE(help.text.find(spec.key), std::string::npos) << spec.key;
  }
}

TEST(CommandLine, a_secret_cannot_be_a_flag) {
  EXPECT_EQ(ending({"serve", "--secret-key", "x"}).exit, Exit::usage);
  EXPECT_EQ(ending({"user", "create", "ada", "--password", "x"}).exit, Exit::usage);
}

TEST(CommandLine, every_command_has_help_with_examples) {
  const std::vector<std::vector<const char*>> all{
      {"serve"},          {"user", "create"}, {"user", "list"},   {"user", "password"}, {"user", "disable"},
      {"user", "enable"}, {"room", "list"},   {"room", "delete"}, {"invite", "create"}, {"backup"},
      {"restore"},        {"health"},         {"version"}};
  for (auto words : all) {
    words.push_back("--help");
    const auto help = ending(words);
    EXPECT_EQ(help.exit, Exit::ok) << words[0];
    EXPECT_NE(help.text.find("Examples:\n  parley " + std::string(words[0])), std::string::npos) << help.text;
  }
}

TEST(CommandLine, a_slip_is_one_line_that_leads_to_help) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{},
                                             {"serv"},
                                             {"user"},
                                             {"user", "create"},
                                             {"serve", "--prot", "1"},
                                             {"room", "delete"},
                                             {"backup"},
                                             {"user", "list", "x"},
                                             {"user", "create", "a", "--generate", "--password-stdin"},
                                             {"user", "password", "a", "--link", "--generate"},
                                             {"invite", "create", "--uses", "0"},
                                             {"invite", "create", "--expires", "7"},
                                             {"invite", "create", "--expires", "-1d"}}) {
    const auto told = ending(words);
    EXPECT_EQ(told.exit, Exit::usage);
    EXPECT_TRUE(told.text.starts_with("parley: ")) << told.text;
    EXPECT_NE(told.text.find("--help)\n"), std::string::npos) << told.text;
    EXPECT_EQ(told.text.find('\n'), told.text.size() - 1) << told.text;
  }
  EXPECT_NE(ending({"user", "create"}).text.find("(see parley user create --help)"), std::string::npos);
}

TEST(CommandLine, user_create_asks_for_the_password_unless_told_otherwise) {
  const auto plain = command({"user", "create", "ada"});
  EXPECT_EQ(plain.command, "user create");
  EXPECT_EQ(plain.args, (boost::json::object{{"username", "ada"}}));
  EXPECT_EQ(plain.password, PasswordFrom::terminal);
  const auto full = command({"user", "create", "ada", "--admin", "--display-name", "Ada L.", "--generate", "--json"});
  EXPECT_EQ(full.args, (boost::json::object{{"username", "ada"}, {"display_name", "Ada L."}, {"admin", true}}));
  EXPECT_EQ(full.password, PasswordFrom::generator);
  EXPECT_EQ(full.output, Output::json);
  EXPECT_EQ(command({"user", "create", "ada", "--password-stdin"}).password, PasswordFrom::standard_input);
}

TEST(CommandLine, a_command_without_a_password_asks_for_none) {
  EXPECT_EQ(command({"user", "list"}).password, PasswordFrom::nowhere);
  EXPECT_EQ(command({"serve"}).password, PasswordFrom::nowhere);
}

TEST(CommandLine, user_password_makes_a_link_on_request) {
  EXPECT_EQ(command({"user", "password", "ada"}).command, "user password");
  const auto link = command({"user", "password", "ada", "--link"});
  EXPECT_EQ(link.command, "user password-link");
  EXPECT_EQ(link.password, PasswordFrom::nowhere);
}

TEST(CommandLine, an_invite_has_uses_and_a_lifetime) {
  EXPECT_EQ(command({"invite", "create"}).args, (boost::json::object{{"uses", 1}, {"lifetime_s", 7 * 86400}}));
  EXPECT_EQ(command({"invite", "create", "--uses", "20", "--expires", "90m", "--room", "r1"}).args,
            (boost::json::object{{"uses", 20}, {"lifetime_s", 5400}, {"room_id", "r1"}}));
}

TEST(CommandLine, a_backups_folder_becomes_absolute_because_the_server_stands_elsewhere) {
  EXPECT_EQ(command({"backup", "b"}).args.at("folder").as_string(), (std::filesystem::current_path() / "b").string());
}

TEST(CommandLine, the_data_folder_and_the_file_can_be_named_for_every_command) {
  const auto list = command({"room", "list", "--data-dir", "/d", "--config", "/c"});
  EXPECT_EQ(list.sources.flags.at("data-dir"), "/d");
  EXPECT_EQ(list.sources.file, "/c");
}

TEST(CommandLine, the_version_is_an_option_too) {
  EXPECT_EQ(ending({"--version"}).text, "parley " PARLEY_VERSION "\n");
}

}  // namespace
}  // namespace parley::cli
