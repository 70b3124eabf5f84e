#include "repositories/sqlite/database.h"

#include <atomic>
#include <fstream>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "core/error.h"
#include "repositories/sqlite/integrity.h"
#include "repositories/sqlite/snapshot.h"
#include "support/temp_folder.h"

namespace parley::sqlite {
namespace {

using test::message_of;
using test::TempFolder;

/// One entry, of about 1 kB.
void insert(Connection& connection, int seq) {
  connection
      .statement("INSERT INTO entries VALUES ('r/1', ?, 'message', 'u', 'ada', 5, ?, NULL, 1, 0, ?)", seq,
                 std::to_string(seq), std::string(1000, 'x'))
      .exec();
}

void append(Database& database, int seq) {
  database.write([&](Connection& connection) { insert(connection, seq); });
}

int count(Database& database) {
  return database.read([](Connection& connection) {
    auto& row = connection.statement("SELECT count(*) FROM entries");
    row.executeStep();
    return row.getColumn(0).getInt();
  });
}

std::string pragma(Database& database, const std::string& name) {
  return database.write(
      [&](Connection& connection) { return connection.raw().execAndGet("PRAGMA " + name).getString(); });
}

class DatabaseFile : public ::testing::Test {
 protected:
  /// Overwrites bytes in the middle of the file with rubbish.
  void damage(std::streamoff from, std::streamoff bytes) const {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(from);
    stream << std::string(static_cast<std::size_t>(bytes), '\x5a');
  }
  std::uintmax_t log_bytes() const { return std::filesystem::file_size(std::filesystem::path(file) += "-wal"); }

  TempFolder temp;
  std::filesystem::path file = temp / "parley.db";
};

TEST_F(DatabaseFile, commits_durably_and_erases_what_is_deleted) {
  Database database(file);
  EXPECT_EQ(pragma(database, "journal_mode"), "wal");
  EXPECT_EQ(pragma(database, "synchronous"), "2");
  EXPECT_EQ(pragma(database, "secure_delete"), "1");
}

TEST_F(DatabaseFile, a_write_that_throws_leaves_nothing) {
  Database database(file);
  EXPECT_THROW(database.write([&](Connection& connection) {
    insert(connection, 1);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(count(database), 0);
  append(database, 1);
  EXPECT_EQ(count(database), 1);
}

TEST_F(DatabaseFile, a_reader_sees_one_state_while_the_writer_goes_on) {
  Database database(file);
  append(database, 1);
  database.read([&](Connection& connection) {
    const char* sql = "SELECT count(*) FROM entries";
    auto& before = connection.statement(sql);
    before.executeStep();
    EXPECT_EQ(before.getColumn(0).getInt(), 1);
    append(database, 2);
    auto& after = connection.statement(sql);
    after.executeStep();
    EXPECT_EQ(after.getColumn(0).getInt(), 1);
    return 0;
  });
  EXPECT_EQ(count(database), 2);
}

/// Tries for 5 s, as those do who send while the disk is full.
template <class Work>
bool works_again(Work&& work) {
  for (int i = 0; i < 500; ++i) {
    try {
      work();
      return true;
    } catch (const StoreUnavailable&) {
      ::usleep(10'000);
    }
  }
  return false;
}

TEST_F(DatabaseFile, a_full_disk_refuses_the_write_and_room_heals_it) {
  Database database(file);
  append(database, 1);
  const auto pages = std::stoi(pragma(database, "page_count"));
  pragma(database, "max_page_count = " + std::to_string(pages + 4));
  int seq = 2;
  EXPECT_THROW(for (; seq < 1000; ++seq) append(database, seq), StoreUnavailable);
  EXPECT_GT(seq, 2);
  EXPECT_EQ(count(database), seq - 1) << "what was committed stays, what was refused is not there";
  EXPECT_THROW(append(database, seq), StoreUnavailable);
  EXPECT_TRUE(works_again([&] { pragma(database, "max_page_count = 1000000"); }));
  EXPECT_TRUE(works_again([&] { append(database, seq); }));
  EXPECT_EQ(count(database), seq);
}

/// The system's own refusal, in a process of its own: a file must not grow past a limit.
TEST_F(DatabaseFile, a_write_that_the_system_refuses_is_never_acknowledged) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    Database database(file);
    append(database, 1);
    const rlimit narrow{1'000'000, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &narrow);
    int acknowledged = 1;
    int refused = 0;
    for (int seq = 2; seq < 2000 && refused < 3; ++seq) {
      try {
        append(database, seq);
        ++acknowledged;
      } catch (const StoreUnavailable&) {
        ++refused;
      } catch (const OutcomeUnknown&) {
        ++refused;
      }
    }
    const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &wide);
    append(database, 5000);
    const bool right = refused == 3 && acknowledged > 10 && count(database) == acknowledged + 1;
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(WIFEXITED(status));
}

TEST_F(DatabaseFile, the_log_stays_bounded_under_steady_writing) {
  Database database(file);
  for (int batch = 0; batch < 250; ++batch) {
    database.write([&](Connection& connection) {
      for (int i = 0; i < 400; ++i) insert(connection, batch * 400 + i);
    });
  }
  EXPECT_GT(std::filesystem::file_size(file), 100'000'000U) << "enough was written for the bound to matter";
  EXPECT_LT(log_bytes(), 100'000'000U);
  EXPECT_EQ(count(database), 100'000);
}

TEST_F(DatabaseFile, checkpoints_move_the_log_without_being_asked) {
  Database database(file);
  append(database, 0);
  const auto before = std::filesystem::file_size(file);
  for (int seq = 1; seq < 1500; ++seq) append(database, seq);
  for (int i = 0; i < 500 && std::filesystem::file_size(file) == before; ++i) ::usleep(10'000);
  EXPECT_GT(std::filesystem::file_size(file), before);
}

TEST_F(DatabaseFile, rubbish_in_its_place_is_refused_in_one_line) {
  test::write_text(file, std::string(8192, 'x'));
  EXPECT_EQ(message_of<StoreUnavailable>([&] { Database{file}; }),
            "the database '" + file.string() +
                "' is damaged (file is not a database): restore a backup into a new data folder");
}

TEST_F(DatabaseFile, a_damaged_one_is_refused_in_one_line_and_not_written) {
  {
    Database database(file);
    for (int seq = 1; seq < 200; ++seq) append(database, seq);
  }
  EXPECT_NO_THROW(Database{file});
  damage(20 * 4096, 3 * 4096);
  const auto before = test::read_text(file);
  const auto message = message_of<StoreUnavailable>([&] { Database{file}; });
  EXPECT_TRUE(message.starts_with("the database '" + file.string() + "' is damaged (")) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(test::read_text(file), before);
}

TEST_F(DatabaseFile, a_damaged_one_with_a_log_is_not_written_either) {
  const pid_t child = ::fork();
  if (child == 0) {
    {
      Database database(file);
      for (int seq = 1; seq < 200; ++seq) append(database, seq);
    }
    Database database(file);
    append(database, 200);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_GT(log_bytes(), 0U);
  damage(20 * 4096, 3 * 4096);
  const auto before = test::read_text(file);
  EXPECT_THROW(Database{file}, StoreUnavailable);
  EXPECT_EQ(test::read_text(file), before);
  EXPECT_GT(log_bytes(), 0U);
}

TEST_F(DatabaseFile, a_cut_off_one_is_refused) {
  {
    Database database(file);
    for (int seq = 1; seq < 200; ++seq) append(database, seq);
  }
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2 / 4096 * 4096);
  EXPECT_THROW(Database{file}, StoreUnavailable);
}

TEST_F(DatabaseFile, a_snapshot_under_load_holds_all_that_was_acknowledged_before) {
  Database database(file);
  for (int seq = 1; seq <= 500; ++seq) append(database, seq);
  std::atomic<int> acknowledged = 500;
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int seq = 501; !stop; ++seq) {
      append(database, seq);
      acknowledged = seq;
    }
  });
  while (acknowledged < 600) std::this_thread::yield();
  const int before = acknowledged;
  SnapshotWriter(file).write(temp / "copy.db");
  const int after = acknowledged;
  stop = true;
  writer.join();
  EXPECT_GT(after, before) << "the writer went on meanwhile";
  check_wholly(temp / "copy.db");
  EXPECT_FALSE(std::filesystem::exists(temp / "copy.db-wal")) << "a check changes nothing beside the file";
  Database copy(temp / "copy.db");
  const int copied = count(copy);
  EXPECT_GE(copied, before);
  EXPECT_LE(copied, after + 1);
  EXPECT_EQ(copy.read([](Connection& connection) {
    auto& row = connection.statement("SELECT max(seq) FROM entries");
    row.executeStep();
    return row.getColumn(0).getInt();
  }),
            copied)
      << "one state, without holes";
}

TEST_F(DatabaseFile, a_snapshot_that_was_cancelled_ends_and_says_so) {
  const Database database(file);
  SnapshotWriter writer(file);
  writer.cancel();
  EXPECT_EQ(message_of<StoreUnavailable>([&] { writer.write(temp / "copy.db"); }), "the server is shutting down");
}

TEST_F(DatabaseFile, the_whole_check_finds_what_only_an_index_lost) {
  {
    Database database(file);
    for (int seq = 1; seq < 50; ++seq) append(database, seq);
    database.write([](Connection& connection) {
      connection.raw().exec("PRAGMA writable_schema = ON");
      connection.raw().exec(
          "UPDATE sqlite_master SET sql = replace(sql, 'user_id, key', 'key, user_id') WHERE name = "
          "'entries_by_key'");
    });
  }
  EXPECT_NE(message_of<StoreUnavailable>([&] { check_wholly(file); }).find("is damaged"), std::string::npos);
}

TEST_F(DatabaseFile, a_path_with_signs_of_urls_can_be_checked) {
  const auto odd = temp / "a%20b?c#d ü.db";
  {
    Database{odd};
  }
  EXPECT_NO_THROW(check_wholly(odd));
}

}  // namespace
}  // namespace parley::sqlite
