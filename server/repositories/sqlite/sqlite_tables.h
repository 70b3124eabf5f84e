#pragma once

#include "repositories/sqlite/database.h"
#include "repositories/transfer.h"

namespace parley::sqlite {

/// Everything in the file. The cells of a row are the columns that the table of queries in sqlite_tables.cpp names, in
/// that order.
class SqliteTables : public TableSource {
 public:
  explicit SqliteTables(Database& database) : database_(database) {}

  /// The id of the first account, which names this store; empty where there is none.
  std::string mark();

  std::vector<std::string_view> tables() const override;
  std::uint64_t count(std::string_view table) override;
  void read(std::string_view table, std::size_t at_once,
            const std::function<void(const std::vector<Row>&)>& take) override;

 private:
  Database& database_;
};

}  // namespace parley::sqlite
