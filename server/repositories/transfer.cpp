#include "repositories/transfer.h"

namespace parley {
namespace {

constexpr std::size_t kAtOnce = 500;

}  // namespace

TransferReport transfer(TableSource& source, TableTarget& target, std::string_view mark,
                        const std::function<void(std::string_view table, std::uint64_t rows)>& told) {
  TransferReport report;
  target.begin(mark);
  for (const auto table : source.tables()) {
    std::uint64_t rows = 0;
    source.read(table, kAtOnce, [&](const std::vector<Row>& some) {
      report.written += target.put(table, some);
      rows += some.size();
    });
    const auto expected = source.count(table);
    const auto found = target.count(table);
    if (rows != expected || found != expected) {
      throw TransferError(
          "of " + std::string(table) + ", the target has " + std::to_string(found) + " where there are " +
          std::to_string(expected) +
          ": the server was used between two runs of the move. Drop the target database and start over");
    }
    report.rows += rows;
    told(table, rows);
  }
  target.finish();
  return report;
}

}  // namespace parley
