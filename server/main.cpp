#include "cli/backend.h"
#include "cli/run.h"
#include "composition/server.h"
#include "repositories/sqlite/integrity.h"

namespace parley {
namespace {

/// Work on the store without a server.
Task<> run_and_stop(Product& product, const cli::Operations& operations, cli::Backend::Work work,
                    std::exception_ptr& failure) {
  try {
    co_await product.shared.come_up();
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
    product.loop.abandon();
    if (failure) std::rethrow_exception(failure);
  }

  void check_database(const std::filesystem::path& file) override { sqlite::check_wholly(file); }
};

}  // namespace
}  // namespace parley

int main(int argc, char** argv) {
  parley::StoreBackend backend;
  return parley::cli::run(argc, argv, backend);
}
