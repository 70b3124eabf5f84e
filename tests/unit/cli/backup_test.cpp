#include "cli/backup.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/data_folder.h"
#include "core/error.h"
#include "core/ids.h"
#include "support/temp_folder.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;
using parley::test::message_of;
using parley::test::mode_of;
using parley::test::read_text;
using parley::test::TempFolder;
using parley::test::write_text;

void copy_of_a_store(const fs::path& target) {
  write_text(target, "the database");
}
void sound(const fs::path&) {}

class Backup : public ::testing::Test {
 protected:
  TempFolder temp;
  std::string key = random_token(32);
  fs::path backup = temp / "backup";
  fs::path data = temp / "data";
};

TEST_F(Backup, holds_database_and_key_and_is_private) {
  EXPECT_EQ(write_backup(backup, key, copy_of_a_store), 12U);
  EXPECT_EQ(read_text(backup / "parley.db"), "the database");
  EXPECT_EQ(read_text(backup / "secret_key"), key + "\n");
  EXPECT_EQ(mode_of(backup), 0700U);
  EXPECT_EQ(mode_of(backup / "parley.db"), 0600U);
  EXPECT_EQ(mode_of(backup / "secret_key"), 0600U);
}

TEST_F(Backup, goes_into_an_empty_folder_but_no_other) {
  fs::create_directory(backup);
  EXPECT_NO_THROW(write_backup(backup, key, copy_of_a_store));
  EXPECT_EQ(message_of<BackupError>([&] { write_backup(backup, key, copy_of_a_store); }),
            "the folder '" + backup.string() + "' is not empty: a backup is written into an empty or a new one");
  EXPECT_EQ(read_text(backup / "parley.db"), "the database");
}

TEST_F(Backup, that_fails_leaves_nothing_behind) {
  const auto failing = [](const fs::path& target) {
    write_text(target, "half");
    throw StoreUnavailable("disk is full");
  };
  EXPECT_THROW(write_backup(backup, key, failing), StoreUnavailable);
  EXPECT_FALSE(fs::exists(backup));
  fs::create_directory(backup);
  EXPECT_THROW(write_backup(backup, key, failing), StoreUnavailable);
  EXPECT_TRUE(fs::is_empty(backup));
}

TEST_F(Backup, that_was_cut_short_is_no_backup) {
  const pid_t child = ::fork();
  if (child == 0) {
    write_backup(backup, key, [](const fs::path& target) {
      write_text(target, "half");
      ::kill(::getpid(), SIGKILL);
    });
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(fs::exists(backup));
  EXPECT_EQ(message_of<BackupError>([&] { restore_backup(backup, data, sound); }),
            "'" + backup.string() + "' is no backup: it has no parley.db");
}

TEST_F(Backup, restores_into_a_new_and_into_an_empty_folder) {
  write_backup(backup, key, copy_of_a_store);
  fs::create_directory(temp / "empty");
  for (const auto& target : {data, temp / "empty"}) {
    restore_backup(backup, target, sound);
    EXPECT_EQ(read_text(target / "parley.db"), "the database");
    EXPECT_EQ(mode_of(target), 0700U);
    EXPECT_EQ(mode_of(target / "parley.db"), 0600U);
    EXPECT_EQ(DataFolder(target).secret_key(), key);
  }
}

TEST_F(Backup, is_not_restored_over_anything) {
  write_backup(backup, key, copy_of_a_store);
  {
    const DataFolder used(data);
  }
  EXPECT_EQ(message_of<DataFolderError>([&] { restore_backup(backup, data, sound); }),
            "the data folder '" + data.string() +
                "' is not empty (it has 'parley.db'): a backup is restored into an empty or a new folder only");
}

TEST_F(Backup, is_not_restored_under_a_running_server) {
  write_backup(backup, key, copy_of_a_store);
  const DataFolder running(data);
  EXPECT_THROW(restore_backup(backup, data, sound), DataFolderInUse);
}

TEST_F(Backup, that_is_damaged_changes_nothing) {
  write_backup(backup, key, copy_of_a_store);
  EXPECT_THROW(restore_backup(backup, data, [](const fs::path&) { throw StoreUnavailable("damaged"); }),
               StoreUnavailable);
  EXPECT_FALSE(fs::exists(data));
}

TEST_F(Backup, without_its_key_or_with_a_log_is_refused) {
  write_backup(backup, key, copy_of_a_store);
  write_text(backup / "parley.db-wal", "frames");
  EXPECT_NE(message_of<BackupError>([&] { restore_backup(backup, data, sound); }).find("copy of a data folder in use"),
            std::string::npos);
  fs::remove(backup / "parley.db-wal");
  fs::remove(backup / "secret_key");
  EXPECT_NE(message_of<BackupError>([&] { restore_backup(backup, data, sound); }).find("no secret_key"),
            std::string::npos);
}

/// What a kill leaves at each step, by the files it had made by then.
TEST_F(Backup, a_restore_that_was_cut_short_is_refused_by_servers_and_completed_by_another) {
  write_backup(backup, key, copy_of_a_store);
  for (const bool key_was_there : {false, true}) {
    fs::remove_all(data);
    {
      const DataFolder begun(data, DataFolder::Use::restore);
    }
    write_text(data / DataFolder::kRestoring, "the da");
    if (key_was_there) write_text(data / DataFolder::kSecretKey, key + "\n");
    EXPECT_NE(message_of<DataFolderError>([&] { DataFolder(this->data); }).find("was cut short"), std::string::npos);
    restore_backup(backup, data, sound);
    EXPECT_EQ(read_text(data / "parley.db"), "the database");
    EXPECT_EQ(DataFolder(data).secret_key(), key);
  }
}

}  // namespace
}  // namespace parley::cli
