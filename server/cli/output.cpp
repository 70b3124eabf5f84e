#include "cli/output.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace parley::cli {
namespace {

using boost::json::object;

/// Columns on a terminal, near enough: code points (combining and wide characters are not counted apart).
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string shown(const boost::json::value* value) {
  if (value == nullptr || value->is_null()) return "-";
  if (value->is_bool()) return value->get_bool() ? "yes" : "no";
  std::string text = value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return text.empty() ? "-" : text;
}

std::string member(const object& result, std::string_view name) {
  return shown(result.if_contains(name));
}

std::vector<std::string_view> headings_of(std::string_view command) {
  if (command == "user list") return {"username", "display_name", "admin", "disabled", "created_at", "id"};
  return {"name", "visibility", "members", "owner", "created_at", "id"};
}

std::string sentence(const Invocation& invocation, const object& result) {
  const auto& command = invocation.command;
  if (command == "user create") {
    return "Created " + member(result, "username") + (member(result, "admin") == "yes" ? ", an admin" : "") + ".";
  }
  if (command == "user password") return "Set the password of " + member(result, "username") + "; all sessions ended.";
  if (command == "user disable") return "Disabled " + member(result, "username") + "; all sessions ended.";
  if (command == "user enable") return "Enabled " + member(result, "username") + ".";
  if (command == "room delete") return "Deleted the room " + member(result, "room_id") + ".";
  if (command == "backup") {
    return "Backed up into " + member(result, "folder") + " (" + member(result, "bytes") +
           " bytes). It holds the secret key: keep it private.";
  }
  if (command == "restore") return "Restored into " + member(result, "data_folder") + ".";
  if (command == "move") {
    return "Moved " + member(result, "rows") + " rows, " + member(result, "written") +
           " of them now; all were compared with their origin.\nStart the server with MONGODB_URL, and with SECRET_KEY "
           "as in " +
           member(result, "secret_key_file") + ", so that sessions go on.";
  }
  if (command == "health") return "The server is well.";
  if (command == "health --ready") return "The server is ready.";
  if (command == "version") return "parley " + member(result, "version");
  return member(result, "url") + "\nGood until " + member(result, "expires_at") + ".";  // the links
}

}  // namespace

std::string table(const std::vector<std::string_view>& headings, const boost::json::array& rows) {
  std::vector<std::vector<std::string>> cells(1);
  for (const auto heading : headings) cells.front().emplace_back(heading);
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (const auto heading : headings) line.push_back(member(row.as_object(), heading));
  }
  std::vector<std::size_t> widths(headings.size());
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  std::string text;
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool last = i + 1 == line.size();
      text += line[i] + (last ? "\n" : std::string(widths[i] - width(line[i]) + 2, ' '));
    }
  }
  return text;
}

std::string result_text(const Invocation& invocation, const object& result) {
  if (invocation.output == Output::json) return boost::json::serialize(result) + "\n";
  if (const auto* items = result.if_contains("items")) return table(headings_of(invocation.command), items->as_array());
  std::string text = sentence(invocation, result) + "\n";
  if (result.contains("password")) text += "Password: " + member(result, "password") + "\n";
  return text;
}

std::string error_text(Output output, const Error& error) {
  const auto& kind = kind_of(error.code);
  const std::string message = error.message.empty() ? std::string(kind.title) : error.message;
  if (output == Output::json) {
    object told{{"code", kind.name}, {"message", message}};
    if (!error.field.empty()) told["field"] = error.field;
    return boost::json::serialize(object{{"error", std::move(told)}}) + "\n";
  }
  const boost::json::value line(message);
  return "parley: " + (error.field.empty() ? "" : error.field + ": ") + shown(&line) + "\n";
}

}  // namespace parley::cli
