#pragma once

#include "repositories/mongodb/database.h"
#include "repositories/transfer.h"

namespace parley::mongodb {

/// Takes over a SQLite store's tables (repositories/sqlite/sqlite_tables.h), each row as the document that this store
/// would have made.
class MongoTables : public TableTarget {
 public:
  explicit MongoTables(Database& database) : database_(database) {}

  void begin(std::string_view mark) override;
  std::size_t put(std::string_view table, const std::vector<Row>& rows) override;
  std::uint64_t count(std::string_view table) override;
  void finish() override;

 private:
  std::vector<Document> differing(const char* collection, const std::vector<Document>& wanted);
  void write(const char* collection, const std::vector<Document>& documents);

  Database& database_;
};

}  // namespace parley::mongodb
