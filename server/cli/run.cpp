#include "cli/run.h"

#include <boost/json/array.hpp>
#include <cstdio>
#include <iostream>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/backup.h"
#include "cli/command_line.h"
#include "cli/health_probe.h"
#include "cli/output.h"
#include "cli/password_input.h"
#include "cli/store_access.h"
#include "core/ids.h"
#include "core/log.h"

namespace parley::cli {
namespace {

using boost::json::object;

constexpr std::size_t kGeneratedBytes = 15;  // 20 characters

Settings settings_of(const Invocation& invocation) {
  auto sources = invocation.sources;
  sources.environment = process_environment();
  return load_settings(sources);
}

Exit serve(const Settings& settings, Backend& backend) {
  log::configure(settings.log_level, settings.log_format);
  for (const auto& name : unknown_variables(process_environment())) {
    log::warn("unknown variable in the environment", {{"name", name}});
  }
  if (settings.uses_mongodb()) {
    backend.serve(settings, nullptr);
    return Exit::ok;
  }
  DataFolder folder(settings.data_dir);
  auto complete = settings;
  if (complete.secret_key.empty()) complete.secret_key = folder.secret_key();
  backend.serve(complete, &folder);
  return Exit::ok;
}

std::string password_of(const Invocation& invocation) {
  switch (invocation.password) {
    case PasswordFrom::terminal:
      return prompt_for_password(std::string(invocation.args.at("username").as_string()));
    case PasswordFrom::standard_input:
      return read_password_from_stdin();
    case PasswordFrom::generator:
      return random_token(kGeneratedBytes);
    case PasswordFrom::nowhere:
      break;
  }
  return {};
}

/// All pages of a list as one.
Result<object> ask_all(StoreAccess& store, const Invocation& invocation) {
  boost::json::array items;
  object args = invocation.args;
  for (;;) {
    auto page = store.ask({invocation.command, args});
    if (!page) return page;
    for (auto& item : page->at("items").as_array()) items.push_back(std::move(item));
    if (page->at("next_cursor").is_null()) return object{{"items", std::move(items)}};
    args["cursor"] = page->at("next_cursor");
  }
}

Result<object> ask(StoreAccess& store, const Invocation& invocation) {
  if (invocation.command.ends_with(" list")) return ask_all(store, invocation);
  auto args = invocation.args;
  const auto password = password_of(invocation);
  if (!password.empty()) args["password"] = password;
  auto answer = store.ask({invocation.command, std::move(args)});
  if (answer && invocation.password == PasswordFrom::generator) (*answer)["password"] = password;
  return answer;
}

Result<object> restore(const Invocation& invocation, const Settings& settings, Backend& backend) {
  restore_backup(invocation.source, settings.data_dir, [&backend](const auto& file) { backend.check_database(file); });
  return object{{"data_folder", std::filesystem::absolute(settings.data_dir).lexically_normal().string()}};
}

Result<object> move(const Invocation& invocation, Backend& backend) {
  constexpr std::string_view kSqlite = "sqlite:";
  const auto text = [&](const char* name, std::string fallback = {}) {
    const auto* given = invocation.args.if_contains(name);
    return given ? std::string(given->as_string()) : fallback;
  };
  const auto from = text("from");
  if (!from.starts_with(kSqlite))
    return invalid("from", "--from is sqlite: and the data folder, sqlite:/var/lib/parley");
  const std::filesystem::path data_dir = from.substr(kSqlite.size());
  if (!std::filesystem::exists(data_dir / DataFolder::kDatabase)) {
    return invalid("from", "there is no " + (data_dir / DataFolder::kDatabase).string());
  }
  auto url = text("to");
  if (url == "-") std::getline(std::cin, url);
  const DataFolder folder(data_dir);
  const auto moved = backend.move(
      {folder.database(), url, text("db_name", "chat_app"), [&](std::string_view table, std::uint64_t rows) {
         if (invocation.output == Output::text) std::cerr << table << ": " << rows << '\n';
       }});
  return object{{"rows", moved.rows},
                {"written", moved.written},
                {"secret_key_file", (folder.path() / DataFolder::kSecretKey).string()}};
}

Result<object> result_of(const Invocation& invocation, Backend& backend) {
  if (invocation.command == "version") return object{{"version", PARLEY_VERSION}};
  if (invocation.command == "move") {
    log::configure(log::Level::warn, log::Format::plain);
    return move(invocation, backend);
  }
  const auto settings = settings_of(invocation);
  // Who types a command is told by its answer; the log only adds what went wrong.
  log::configure(log::Level::warn, settings.log_format);
  if (settings.uses_mongodb() && (invocation.command == "backup" || invocation.command == "restore")) {
    return refuse(Code::bad_request,
                  "with MONGODB_URL, everything is in MongoDB: back it up by mongodump --oplog, "
                  "restore it by mongorestore --oplogReplay, and keep SECRET_KEY");
  }
  if (invocation.command == "restore") return restore(invocation, settings, backend);
  if (invocation.command == "health") return probe_health(settings, Health::alive);
  if (invocation.command == "health --ready") return probe_health(settings, Health::ready);
  StoreAccess store(settings, backend,
                    invocation.command == "user create" ? StoreAccess::Absent::make : StoreAccess::Absent::refuse);
  return ask(store, invocation);
}

Exit print(const Invocation& invocation, const Result<object>& result) {
  if (!result) {
    std::cerr << error_text(invocation.output, result.error());
    return Exit::refused;
  }
  std::cout << result_text(invocation, *result) << std::flush;
  return std::cout ? Exit::ok : Exit::refused;
}

/// Failures of every kind as one line, in one place.
Exit run_guarded(const Invocation& invocation, Backend& backend) {
  const auto told = [&invocation](Code code, const char* what, Exit exit) {
    std::cerr << error_text(invocation.output, refuse(code, what));
    return exit;
  };
  try {
    if (invocation.command == "serve") return serve(settings_of(invocation), backend);
    return print(invocation, result_of(invocation, backend));
  } catch (const SettingsError& e) {
    return told(Code::bad_request, e.what(), Exit::usage);
  } catch (const PasswordInputError& e) {
    return told(Code::bad_request, e.what(), Exit::usage);
  } catch (const DataFolderInUse& e) {
    return told(Code::conflict, e.what(), Exit::refused);
  } catch (const StoreUnavailable& e) {
    return told(Code::store_unavailable, e.what(), Exit::refused);
  } catch (const std::exception& e) {
    return told(Code::internal, e.what(), Exit::refused);
  }
}

}  // namespace

int run(int argc, const char* const* argv, Backend& backend) {
  ::umask(077);
  // A peer that goes away, and a limit on the size of files, are errors where they occur, not deaths.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  const auto parsed = parse_command_line(argc, argv);
  if (const auto* ending = std::get_if<Ending>(&parsed)) {
    (ending->exit == Exit::ok ? std::cout : std::cerr) << ending->text << std::flush;
    return static_cast<int>(ending->exit);
  }
  return static_cast<int>(run_guarded(std::get<Invocation>(parsed), backend));
}

}  // namespace parley::cli
