#include "cli/command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <CLI/CLI.hpp>

namespace parley::cli {
namespace {

constexpr std::array kOfflineFlags{std::string_view("data-dir"), std::string_view("public-url")};
constexpr std::array kProbeFlags{std::string_view("host"), std::string_view("port"), std::string_view("tls-cert"),
                                 std::string_view("tls-key")};

/// "90m", "12h", "7d" as seconds.
std::int64_t lifetime(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  const std::int64_t seconds = unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
  if (error != std::errc{} || number < 1 || number > 1'000'000 || seconds == 0) {
    throw CLI::ValidationError("--expires", "'" + text + "' is not a time such as 90m, 12h or 7d");
  }
  return number * seconds;
}

std::string help_of(const SettingSpec& spec) {
  return std::string(spec.help) + " [" + std::string(spec.key) + "; default: " + std::string(spec.fallback) + "]";
}

std::string settings_footer() {
  std::string text = "Only in the environment or in the file:\n";
  for (const auto& spec : setting_specs()) {
    if (spec.flag.empty()) text += "  " + std::string(spec.key) + "  " + std::string(spec.help) + "\n";
  }
  return text + "\nA flag wins over the environment, the environment over the file.\n";
}

/// Builds CLI11's tree; its callbacks fill in the invocation.
class Grammar {
 public:
  explicit Grammar(Invocation& invocation) : invocation_(invocation) {
    app_.require_subcommand(1);
    app_.set_help_all_flag("--help-all", "Print the help of every command");
    app_.set_version_flag("--version", "parley " PARLEY_VERSION);
    app_.footer("Each command has a --help with examples.");
    add_serve();
    add_user();
    add_room();
    add_invite();
    add_backup();
    add_move();
    add_health();
    add_version();
  }

  CLI::App& app() { return app_; }

 private:
  using Invoked = std::function<void()>;

  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& what, const std::string& examples) {
    auto* app = parent.add_subcommand(name, what);
    const auto full = &parent == &app_ ? name : parent.get_name() + " " + name;
    app->callback([this, full] { invocation_.command = full; });
    app->footer("Examples:\n" + examples);
    return app;
  }

  void add_setting(CLI::App& app, const SettingSpec& spec) {
    const std::string flag(spec.flag);
    app.add_option_function<std::string>(
           "--" + flag, [this, flag](const std::string& value) { invocation_.sources.flags[flag] = value; },
           help_of(spec))
        ->type_name(std::string(spec.value));
  }

  void add_config(CLI::App& app) {
    app.add_option_function<std::string>(
           "--config", [this](const std::string& value) { invocation_.sources.file = value; },
           "A file of KEY=value lines with any of the settings. [PARLEY_CONFIG; default: none]")
        ->type_name("PATH");
  }

  void add_common(CLI::App& app) {
    for (const auto& spec : setting_specs()) {
      if (std::find(kOfflineFlags.begin(), kOfflineFlags.end(), spec.flag) != kOfflineFlags.end())
        add_setting(app, spec);
    }
    add_config(app);
    add_json(app);
  }

  void add_json(CLI::App& app) {
    app.add_flag_callback("--json", [this] { invocation_.output = Output::json; }, "Print JSON instead of text");
  }

  void add_argument(CLI::App& app, const std::string& option, const std::string& arg, const std::string& what,
                    const std::string& type) {
    auto* added = app.add_option_function<std::string>(
        option, [this, arg](const std::string& value) { invocation_.args[arg] = value; }, what);
    added->type_name(type);
    if (!option.starts_with('-')) added->required();
  }

  void add_serve() {
    auto* app = command(app_, "serve", "Run the server",
                        "  parley serve\n"
                        "  parley serve --host 0.0.0.0 --port 443 --tls-cert chain.pem --tls-key key.pem\n"
                        "  PARLEY_REGISTRATION=invite parley serve --config /etc/parley.conf\n\n" +
                            settings_footer());
    for (const auto& spec : setting_specs()) {
      if (!spec.flag.empty()) add_setting(*app, spec);
    }
    add_config(*app);
  }

  void add_password(CLI::App& app) {
    invocation_.password = PasswordFrom::nowhere;
    auto* from_stdin = app.add_flag_callback(
        "--password-stdin", [this] { invocation_.password = PasswordFrom::standard_input; },
        "Read the password from the first line of standard input instead of asking for it");
    auto* generated = app.add_flag_callback(
        "--generate", [this] { invocation_.password = PasswordFrom::generator; },
        "Make a random password and print it");
    from_stdin->excludes(generated);
    app.parse_complete_callback([this] {
      if (invocation_.password == PasswordFrom::nowhere) invocation_.password = PasswordFrom::terminal;
    });
  }

  void add_user() {
    auto* user = app_.add_subcommand("user", "Create, list and change users");
    user->require_subcommand(1);
    auto* create = command(*user, "create", "Create a user",
                           "  parley user create ada --admin\n"
                           "  parley user create bob --display-name 'Bob B.' --generate\n"
                           "  parley user create eve --password-stdin < password.txt\n");
    add_argument(*create, "username", "username", "3–32 letters, digits, '_', '.', '-'", "NAME");
    add_argument(*create, "--display-name", "display_name", "The name that others see (default: the user name)",
                 "TEXT");
    create->add_flag_callback(
        "--admin", [this] { invocation_.args["admin"] = true; }, "Make it an admin of the server");
    add_password(*create);
    add_common(*create);
    add_common(*command(*user, "list", "List all users", "  parley user list\n  parley user list --json\n"));
    auto* password = command(*user, "password", "Set a user's password, and end the user's sessions",
                             "  parley user password ada\n"
                             "  parley user password ada --link   (a one-time link to choose a new one)\n");
    add_argument(*password, "username", "username", "Whose password", "NAME");
    add_password(*password);
    auto* link = password->add_flag("--link", link_wanted_,
                                    "Change nothing, and print a one-time link to choose a new password");
    link->excludes("--password-stdin")->excludes("--generate");
    password->callback([this] {
      invocation_.command = link_wanted_ ? "user password-link" : "user password";
      if (link_wanted_) invocation_.password = PasswordFrom::nowhere;
    });
    add_common(*password);
    add_named_user(*user, "disable", "Disable a user, and end the user's sessions");
    add_named_user(*user, "enable", "Enable a disabled user");
  }

  void add_named_user(CLI::App& user, const std::string& name, const std::string& what) {
    auto* app = command(user, name, what, "  parley user " + name + " ada\n");
    add_argument(*app, "username", "username", "Who", "NAME");
    add_common(*app);
  }

  void add_room() {
    auto* room = app_.add_subcommand("room", "List and delete rooms");
    room->require_subcommand(1);
    add_common(*command(*room, "list", "List all rooms", "  parley room list\n  parley room list --json\n"));
    auto* remove = command(*room, "delete", "Delete a room and everything in it, for ever",
                           "  parley room delete 01hv3k8x6zq4s1m9c7d2e5f0ab\n");
    add_argument(*remove, "room_id", "room_id", "The room's id, as in parley room list", "ID");
    add_common(*remove);
  }

  void add_invite() {
    auto* invite = app_.add_subcommand("invite", "Invite people");
    invite->require_subcommand(1);
    auto* create = command(*invite, "create", "Make a link with which people may register",
                           "  parley invite create\n  parley invite create --uses 20 --expires 12h\n");
    invocation_.args = {};
    create->add_option("--uses", uses_, "How many may register with it")
        ->type_name("NUMBER")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    create->add_option("--expires", expires_, "How long it is good: minutes, hours or days, such as 90m, 12h, 7d")
        ->type_name("TIME")
        ->capture_default_str();
    add_argument(*create, "--room", "room_id", "The id of a room that they join at once", "ID");
    create->callback([this] {
      invocation_.command = "invite create";
      invocation_.args["uses"] = uses_;
      invocation_.args["lifetime_s"] = lifetime(expires_);
    });
    add_common(*create);
  }

  void add_backup() {
    auto* backup = command(app_, "backup", "Write a backup, also while the server runs",
                           "  parley backup /var/backups/parley/2026-01-31\n");
    backup
        ->add_option_function<std::string>(
            "folder",
            [this](const std::string& value) {
              invocation_.args["folder"] = std::filesystem::absolute(value).string();
            },
            "Where to: a new or empty folder. It will hold the secret key: keep it private")
        ->type_name("PATH")
        ->required();
    add_common(*backup);
    auto* restore = command(app_, "restore", "Make a data folder of a backup",
                            "  parley restore /var/backups/parley/2026-01-31 --data-dir /var/lib/parley\n");
    restore->add_option("backup", invocation_.source, "The backup's folder")->type_name("PATH")->required();
    add_common(*restore);
  }

  void add_move() {
    auto* app =
        command(app_, "move", "Carry a server that keeps everything on one machine over to MongoDB",
                "  parley move --from sqlite:/var/lib/parley --to mongodb://db1,db2,db3/?replicaSet=rs0\n"
                "  parley move --from sqlite:./data --to - --db-name chat < mongodb-url.txt\n\n"
                "Stop the server first. The database there must be empty. Each row is read back and compared, and\n"
                "all are counted; an interrupted move is run again and goes on. Then start the server with\n"
                "MONGODB_URL, and with SECRET_KEY as it stands in the data folder's file secret_key. The data\n"
                "folder is left as it is.\n");
    add_argument(*app, "--from", "from", "sqlite:, then the data folder", "STORE");
    add_argument(*app, "--to", "to",
                 "A MongoDB URL; - reads it from the first line of standard input, for a command line can be read by "
                 "every user of the machine",
                 "URL");
    add_argument(*app, "--db-name", "db_name", "The name of the database there (default: chat_app)", "NAME");
    app->get_option("--from")->required();
    app->get_option("--to")->required();
    add_json(*app);
  }

  void add_health() {
    auto* app =
        command(app_, "health", "Ask the server of these settings whether it is well; exit code 1 when it is not",
                "  parley health\n"
                "  parley health --ready --config /etc/parley/parley.conf\n");
    app->add_flag("--ready", ready_wanted_, "Ask whether it reaches its store and its bus, too");
    app->callback([this] { invocation_.command = ready_wanted_ ? "health --ready" : "health"; });
    for (const auto& spec : setting_specs()) {
      if (std::ranges::find(kProbeFlags, spec.flag) != kProbeFlags.end()) add_setting(*app, spec);
    }
    add_config(*app);
    add_json(*app);
  }

  void add_version() {
    add_json(*command(app_, "version", "Print the version", "  parley version\n  parley version --json\n"));
  }

  Invocation& invocation_;
  CLI::App app_{"Parley, a chat server that people own", "parley"};
  bool link_wanted_ = false;
  bool ready_wanted_ = false;
  std::int64_t uses_ = 1;
  std::string expires_ = "7d";
};

std::string one_line(std::string text) {
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return text;
}

/// The deepest command that was named, for "see … --help".
std::string named(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app.get_name() : app.get_name() + " " + named(*parsed.front());
}

/// What was wrong. Of a word that is no command, the parser says only that a command is missing.
std::string fault(const CLI::App& app, const CLI::ParseError& error) {
  const auto unknown = app.remaining(true);
  const bool required = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
  if (!required || unknown.empty()) return error.what();
  const auto& word = unknown.front();
  return std::string("there is no ") + (word.starts_with('-') ? "option" : "command") + " '" + word + "'";
}

}  // namespace

std::variant<Invocation, Ending> parse_command_line(int argc, const char* const* argv) {
  Invocation invocation;
  Grammar grammar(invocation);
  try {
    grammar.app().parse(argc, argv);
    return invocation;
  } catch (const CLI::CallForHelp&) {
    return Ending{Exit::ok, grammar.app().help()};
  } catch (const CLI::CallForAllHelp&) {
    return Ending{Exit::ok, grammar.app().help("", CLI::AppFormatMode::All)};
  } catch (const CLI::CallForVersion& e) {
    return Ending{Exit::ok, std::string(e.what()) + "\n"};
  } catch (const CLI::ParseError& e) {
    return Ending{Exit::usage,
                  "parley: " + one_line(fault(grammar.app(), e)) + " (see " + named(grammar.app()) + " --help)\n"};
  }
}

}  // namespace parley::cli
