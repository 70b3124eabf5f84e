#include "cli/backend.h"
#include "cli/run.h"
#include "composition/server.h"
#include "repositories/mongodb/mongo_tables.h"
#include "repositories/sqlite/integrity.h"
#include "repositories/sqlite/sqlite_tables.h"

namespace parley {
namespace {

/// Work on the store without a server.
Task<> run_and_stop(Product& product, const cli::Operations& operations, cli::Backend::Work work,
                    std::exception_ptr& failure) {
  try {
    co_await product.shared.come_up();
    if (product.cluster && !product.shared.reaches_others()) co_await product.cluster->ask_to_be_looked_for();
    co_await work(operations);
    co_await product.shared.drain();
  } catch (...) {
    failure = std::current_exception();
  }
  co_await product.finish();
  product.loop.stop();
}

class StoreBackend : public cli::Backend {
 public:
  void serve(const Settings& settings, DataFolder* folder) override { Server(settings, folder).run(); }

  void run_offline(const Settings& settings, DataFolder* folder, Work work) override {
    Product product(settings, folder);
    product.store.prepare();
    const auto operations = product.operations(settings);
    std::exception_ptr failure;
    spawn_logged(product.loop.executor(), "command",
                 [&] { return run_and_stop(product, operations, std::move(work), failure); });
    product.loop.run();
    product.abandon();
    if (failure) std::rethrow_exception(failure);
  }

  cli::Backend::Moved move(const Move& move) override {
    sqlite::Database from(move.from);
    sqlite::SqliteTables source(from);
    if (source.mark().empty()) {
      throw TransferError("there is no account in " + move.from.string() + ": nothing to move");
    }
    mongodb::Database to(move.mongodb_url, move.mongodb_db_name, 2);
    to.prepare(mongodb::Database::Use::move_into);
    mongodb::MongoTables target(to);
    const auto report = transfer(source, target, source.mark(), move.told);
    return {report.rows, report.written};
  }

  void check_database(const std::filesystem::path& file) override { sqlite::check_wholly(file); }
};

}  // namespace
}  // namespace parley

int main(int argc, char** argv) {
  parley::StoreBackend backend;
  return parley::cli::run(argc, argv, backend);
}
