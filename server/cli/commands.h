#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <string>

#include "cli/operations.h"

namespace parley::cli {

/// Every command that works on the store, by name ("user create"), with its arguments and result as JSON: the
/// same whether it is run in this process or asked for through the control socket. Io thread. What it refers
/// to must outlive every call.
class Commands {
 public:
  /// `secret_key` goes into backups.
  Commands(const Operations& operations, std::string secret_key);

  /// The command's result, or why it was refused. Never throws: failing infrastructure becomes an error whose
  /// message gives the reason, because who asks is the operator.
  Task<Result<boost::json::object>> run(std::string name, boost::json::object args);

 private:
  using Handler = Task<Result<boost::json::object>> (Commands::*)(boost::json::object);

  Task<Result<boost::json::object>> create_user(boost::json::object args);
  Task<Result<boost::json::object>> list_users(boost::json::object args);
  Task<Result<boost::json::object>> set_password(boost::json::object args);
  Task<Result<boost::json::object>> make_password_link(boost::json::object args);
  Task<Result<boost::json::object>> disable_user(boost::json::object args);
  Task<Result<boost::json::object>> enable_user(boost::json::object args);
  Task<Result<boost::json::object>> list_rooms(boost::json::object args);
  Task<Result<boost::json::object>> delete_room(boost::json::object args);
  Task<Result<boost::json::object>> create_invite(boost::json::object args);
  Task<Result<boost::json::object>> backup(boost::json::object args);
  Task<Result<boost::json::object>> set_standing(boost::json::object args, Standing standing);

  static const std::map<std::string, Handler, std::less<>>& handlers();

  const Operations& operations_;
  const std::string secret_key_;
};

}  // namespace parley::cli
