#include "support/sqlite_test_store.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace parley::test {

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "parley-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SqliteTestStore::Open::Open(const std::filesystem::path& file) : database(file) {}

SqliteTestStore::SqliteTestStore() { reopen(); }

void SqliteTestStore::reopen() {
  open_.reset();
  open_ = std::make_unique<Open>(folder_.path() / "parley.db");
}

}  // namespace parley::test
