#include "core/data_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ids.h"
#include "support/temp_folder.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::mode_of;
using test::TempFolder;
using test::write_text;

/// The umask while it lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }

 private:
  const mode_t before_;
};

TEST(DataFolder, is_private_whatever_the_umask) {
  for (const mode_t mask : {0000, 0022, 0777}) {
    const TempFolder temp;
    const Umask umask(mask);
    const DataFolder folder(temp / "data");
    folder.secret_key();
    EXPECT_EQ(mode_of(folder.path()), 0700U);
    int files = 0;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
      ++files;
    }
    EXPECT_EQ(files, 3);  // database, key, lock
  }
}

TEST(DataFolder, takes_back_modes_that_are_too_wide) {
  const TempFolder temp;
  {
    const DataFolder made(temp / "data");
  }
  fs::permissions(temp / "data", fs::perms::all);
  fs::permissions(temp / "data/parley.db", fs::perms::all);
  const DataFolder folder(temp / "data");
  EXPECT_EQ(mode_of(folder.path()), 0700U);
  EXPECT_EQ(mode_of(folder.database()), 0600U);
}

TEST(DataFolder, a_second_one_is_refused_with_folder_and_process) {
  const TempFolder temp;
  const DataFolder first(temp / "data");
  EXPECT_EQ(message_of<DataFolderInUse>([&] { DataFolder(temp / "data/"); }),
            "the data folder '" + (temp / "data").string() + "' is in use by another parley (pid " +
                std::to_string(::getpid()) + ")");
}

TEST(DataFolder, is_free_again_when_its_process_was_killed) {
  const TempFolder temp;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const DataFolder held(temp / "data");
    [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THROW(DataFolder(temp / "data"), DataFolderInUse);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(DataFolder(temp / "data"));
}

TEST(DataFolder, somebody_elses_folder_is_refused_and_left_alone) {
  const TempFolder temp;
  fs::create_directory(temp / "home");
  fs::permissions(temp / "home", fs::perms(0755));
  write_text(temp / "home/letter.txt", "dear");
  EXPECT_EQ(message_of<DataFolderError>([&] { DataFolder(temp / "home"); }),
            "the data folder '" + (temp / "home").string() +
                "' holds other things and no parley data: name an empty or a new folder");
  EXPECT_EQ(mode_of(temp / "home"), 0755U);
  EXPECT_FALSE(fs::exists(temp / "home/parley.lock"));
}

TEST(DataFolder, an_empty_folder_is_taken) {
  const TempFolder temp;
  fs::create_directory(temp / "data");
  fs::create_directory(temp / "data/lost+found");
  EXPECT_NO_THROW(DataFolder(temp / "data"));
}

TEST(DataFolder, a_file_or_a_missing_parent_is_refused_in_one_line) {
  const TempFolder temp;
  write_text(temp / "file", "");
  EXPECT_EQ(message_of<DataFolderError>([&] { DataFolder(temp / "file"); }),
            "the data folder '" + (temp / "file").string() + "' can't be used: " + (temp / "file").string() +
                ": Not a directory");
  EXPECT_NE(message_of<DataFolderError>([&] { DataFolder(temp / "a/b"); }).find("No such file or directory"),
            std::string::npos);
}

TEST(DataFolder, makes_a_secret_key_once) {
  const TempFolder temp;
  std::string key;
  {
    const DataFolder folder(temp / "data");
    key = folder.secret_key();
    EXPECT_EQ(key.size(), 43U);
    EXPECT_EQ(folder.secret_key(), key);
  }
  EXPECT_EQ(DataFolder(temp / "data").secret_key(), key);
  EXPECT_NE(DataFolder(temp / "other").secret_key(), key);
}

TEST(DataFolder, a_broken_secret_key_is_refused_and_not_replaced) {
  const TempFolder temp;
  const DataFolder folder(temp / "data");
  write_text(folder.path() / DataFolder::kSecretKey, "short\n");
  EXPECT_NE(message_of<DataFolderError>([&] { folder.secret_key(); }).find("needs 32 or more"), std::string::npos);
  EXPECT_EQ(test::read_text(folder.path() / DataFolder::kSecretKey), "short\n");
}

TEST(SecretStrength, random_keys_of_the_usual_kinds_will_do) {
  for (int i = 0; i < 1000; ++i) {
    const auto key = random_token(32);
    ASSERT_EQ(weakness_of_secret(key), "") << key;
  }
  EXPECT_EQ(weakness_of_secret("9f86d081884c7d659a2feaa0c55ad015"), "");
}

TEST(SecretStrength, short_keys_patterns_and_placeholders_will_not) {
  for (const char* weak : {"", "0123456789abcdef0123456789abcde", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                           "abcdefghijklmnopqrstuvwxyz0123456789", "qwertzuiopqwertzuiopqwertzuiopqwertzuiop",
                           "your-secret-key-for-this-server-00001", "Tr0ub4dor-CHANGEME-x81jq09zkfh38sla",
                           "1212121212121212121212121212121212121212"}) {
    EXPECT_NE(weakness_of_secret(weak), "") << weak;
  }
}

}  // namespace
}  // namespace parley
