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

SqliteTestStore::SqliteTestStore()
    : database_(folder_.path() / "parley.db"),
      users_(database_),
      sessions_(database_),
      access_tokens_(database_),
      invites_(database_) {}

}  // namespace parley::test
