#include "repositories/mongodb/mongo_tables.h"

#include <array>
#include <unordered_map>

#include "core/error.h"
#include "repositories/mongodb/entry_documents.h"
#include "repositories/mongodb/key_places.h"
#include "repositories/mongodb/room_projector.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

enum class As { none, value, time, truth, ended };

struct Field {
  const char* name = "";
  As as = As::value;
};

struct Table {
  std::string_view name;
  const char* collection;
  std::string (*id)(const Row& row);
  std::array<Field, 12> fields;  ///< one a cell
};

const std::string& text(const Row& row, std::size_t cell) {
  return std::get<std::string>(row.at(cell));
}

std::int64_t number(const Row& row, std::size_t cell) {
  return std::get<std::int64_t>(row.at(cell));
}

std::string first_cell(const Row& row) {
  return text(row, 0);
}

constexpr Field kId{"", As::none};

constexpr std::array kTables{
    Table{"users",
          kUsers,
          first_cell,
          {kId,
           {"username"},
           {"folded_username"},
           {"display_name"},
           {"folded_display_name"},
           {"password_hash"},
           {"is_admin", As::truth},
           {"disabled", As::truth},
           {"created_at", As::time}}},
    Table{"first_account", kDeployment, [](const Row&) { return std::string("first_account"); }, {kId, {"user_id"}}},
    Table{"sessions",
          kSessions,
          first_cell,
          {kId,
           {"user_id"},
           {"device"},
           {"created_at", As::time},
           {"last_used_at", As::time},
           {"expires_at", As::time},
           {"generation"},
           {"generation_at", As::time},
           {"ended_at", As::ended},
           {"unannounced", As::truth}}},
    Table{"access_tokens",
          kAccessTokens,
          first_cell,
          {kId,
           {"user_id"},
           {"name"},
           {"hash"},
           {"created_at", As::time},
           {"ended_at", As::ended},
           {"unannounced", As::truth},
           {"last_used_at", As::time},
           {"expires_at", As::time}}},
    Table{"invites",
          kInvites,
          first_cell,
          {kId,
           {"kind"},
           {"subject"},
           {"hash"},
           {"room_id"},
           {"user_id"},
           {"created_by"},
           {"created_at", As::time},
           {"ended_at", As::ended},
           {"expires_at", As::time},
           {"max_uses"}}},
    Table{"invite_uses",
          kInviteUses,
          [](const Row& row) { return text(row, 0) + "/" + std::to_string(number(row, 1)); },
          {{{"invite_id"}, {"number"}, {"user_id"}, {"used_at", As::time}}}},
    Table{"room_names", kRoomNames, first_cell, {kId, {"room_id"}, {"claimed_at", As::time}}},
    Table{"rooms",
          kRooms,
          first_cell,
          {kId,
           {"name"},
           {"folded_name"},
           {"description"},
           {"visibility"},
           {"owner_id"},
           {"created_at", As::time},
           {"deleted", As::truth},
           {"purged", As::truth},
           {"member_count"},
           {"applied"}}},
    Table{"members",
          kMembers,
          [](const Row& row) { return member_id(text(row, 0), text(row, 1)); },
          {{{"room_id"}, {"user_id"}, {"username"}, {"role"}, {"applied"}}}},
    Table{"entries",
          kMessages,
          [](const Row& row) { return entry_id(text(row, 0), static_cast<std::uint64_t>(number(row, 1))); },
          {{{"stream"},
            {"seq"},
            {"kind"},
            {"user_id"},
            {"username"},
            {"timestamp", As::time},
            {"key"},
            {"messages"},
            {"membership"},
            {"body"},
            {"target"}}}},
    Table{"unsettled",
          kUnsettled,
          [](const Row& row) { return text(row, 0) + "/" + text(row, 2) + "/" + text(row, 3); },
          {{{"stream"}, {"seq"}, {"user_id"}, {"key"}, {"noted_at", As::time}}}},
};

const Table& table_of(std::string_view name) {
  for (const auto& table : kTables) {
    if (table.name == name) return table;
  }
  throw TransferError("this release can't move the table " + std::string(name));
}

void set(Document& document, const Field& field, const Cell& cell) {
  if (field.as == As::ended) document.set("ended", !std::holds_alternative<std::monostate>(cell));
  if (const auto* value = std::get_if<std::string>(&cell)) document.set(field.name, *value);
  const auto* value = std::get_if<std::int64_t>(&cell);
  if (value == nullptr) return;
  if (field.as == As::time || field.as == As::ended) {
    document.set(field.name, from_millis(*value));
  } else if (field.as == As::truth) {
    document.set(field.name, *value != 0);
  } else {
    document.set(field.name, *value);
  }
}

Document document_of(const Table& table, const Row& row) {
  auto document = by_id(table.id(row));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& field = table.fields.at(i);
    if (field.as != As::none) set(document, field, row[i]);
  }
  if (table.name == "members") document.set("present", true);
  return document;
}

}  // namespace

void MongoTables::begin(std::string_view mark) {
  const auto begun = database_.find_by_id(kDeployment, kMove);
  if (begun) {
    if (begun->text("from") != mark) {
      throw TransferError("the target database holds a move from another server: name an empty one");
    }
    // What was changed there since would be overwritten.
    if (begun->flag("done"))
      throw TransferError("this server was moved there before, to the end: there is nothing to do");
    return;
  }
  for (const auto& table : kTables) {
    if (database_.find_one(table.collection, {})) {
      throw TransferError("the target database is not empty (" + std::string(table.collection) +
                          "): name an empty one, for it would get mixed with what is there");
    }
  }
  database_.insert_new(kDeployment, by_id(kMove).set("from", mark).set("done", false));
}

std::size_t MongoTables::put(std::string_view name, const std::vector<Row>& rows) {
  const auto& table = table_of(name);
  std::vector<Document> wanted;
  wanted.reserve(rows.size());
  for (const auto& row : rows) wanted.push_back(document_of(table, row));
  const auto missing = differing(table.collection, wanted);
  write(table.collection, missing);
  if (const auto wrong = differing(table.collection, missing); !wrong.empty()) {
    throw TransferError(std::string(table.collection) + ": " + wrong.front().text("_id") +
                        " is not there as it was written. Is somebody else using the target database?");
  }
  return missing.size();
}

/// Those that are not there, or not so.
std::vector<Document> MongoTables::differing(const char* collection, const std::vector<Document>& wanted) {
  std::vector<std::string> ids;
  ids.reserve(wanted.size());
  for (const auto& document : wanted) ids.push_back(document.text("_id"));
  std::unordered_map<std::string, Document> there;
  for (auto& document : database_.find_by_ids(collection, ids)) {
    auto id = document.text("_id");
    there.emplace(std::move(id), std::move(document));
  }
  std::vector<Document> differing;
  for (const auto& document : wanted) {
    const auto it = there.find(document.text("_id"));
    if (it == there.end() || !bson_equal(it->second.get(), document.get())) differing.push_back(document);
  }
  return differing;
}

void MongoTables::write(const char* collection, const std::vector<Document>& documents) {
  std::vector<Document> command;
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (command.empty()) return;
    if (collection == std::string_view(kMessages)) KeyPlaces(database_).note(command);
    // One that is there with another content refuses the command: then each is put in its place.
    if (database_.insert(collection, command, Database::Order::any).refused) {
      for (const auto& document : command) database_.put(collection, by_id(document.text("_id")), document);
    }
    command.clear();
    bytes = 0;
  };
  for (const auto& document : documents) {
    if (command.size() == Database::kMaxDocuments || bytes + document.bytes() > kMostBytes) flush();
    command.push_back(document);
    bytes += document.bytes();
  }
  flush();
}

std::uint64_t MongoTables::count(std::string_view name) {
  const auto& table = table_of(name);
  Document filter;
  if (table.collection == kDeployment) filter.set("_id", name);
  return static_cast<std::uint64_t>(database_.count(table.collection, filter));
}

void MongoTables::finish() {
  database_.update(kDeployment, by_id(kMove), Document().set("$set", Document().set("done", true)));
}

}  // namespace parley::mongodb
