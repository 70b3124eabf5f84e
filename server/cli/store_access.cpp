#include "cli/store_access.h"

#include <chrono>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/control_client.h"

namespace parley::cli {
namespace {

constexpr auto kLockPatience = std::chrono::seconds(5);
constexpr auto kLockRetry = std::chrono::milliseconds(100);

Task<> run_one(const Operations& operations, std::string secret_key, ControlRequest request,
               std::optional<Result<boost::json::object>>& answer) {
  Commands commands(operations, std::move(secret_key));
  answer = co_await commands.run(std::move(request.command), std::move(request.args));
}

}  // namespace

StoreAccess::StoreAccess(const Settings& settings, Backend& backend, Absent absent)
    : settings_(settings), backend_(backend), absent_(absent) {}

Result<boost::json::object> StoreAccess::ask(const ControlRequest& request) {
  if (settings_.uses_mongodb()) return ask_here(request, nullptr);
  check_folder();
  const auto patience = std::chrono::steady_clock::now() + kLockPatience;
  for (;;) {
    if (auto answer = ask_server(settings_.data_dir / DataFolder::kControlSocket, request)) return *answer;
    try {
      DataFolder folder(settings_.data_dir);
      return ask_here(request, &folder);
    } catch (const DataFolderInUse&) {
      if (std::chrono::steady_clock::now() >= patience) throw;
      std::this_thread::sleep_for(kLockRetry);
    }
  }
}

/// Root would leave files that the server's own user can't write.
void StoreAccess::check_folder() const {
  struct stat found{};
  if (::stat(settings_.data_dir.c_str(), &found) != 0) {
    if (absent_ == Absent::make) return;
    throw DataFolderError("there is no data folder '" + settings_.data_dir.string() + "' (see --data-dir)");
  }
  if (::geteuid() == 0 && found.st_uid != 0 &&
      !std::filesystem::exists(settings_.data_dir / DataFolder::kControlSocket)) {
    throw DataFolderError("the data folder '" + settings_.data_dir.string() + "' belongs to the user with id " +
                          std::to_string(found.st_uid) + ": run this as that user, or while the server runs");
  }
}

Result<boost::json::object> StoreAccess::ask_here(const ControlRequest& request, DataFolder* folder) {
  auto settings = settings_;
  if (settings.secret_key.empty() && folder != nullptr) settings.secret_key = folder->secret_key();
  std::optional<Result<boost::json::object>> answer;
  backend_.run_offline(settings, folder, [&](const Operations& operations) {
    return run_one(operations, settings.secret_key, request, answer);
  });
  if (!answer) throw std::runtime_error("the command did not run to its end");
  return *answer;
}

}  // namespace parley::cli
