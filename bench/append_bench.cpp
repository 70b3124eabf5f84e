// How many entries a second SQLite commits durably (WAL, synchronous=FULL, a real file), by the size of a batch.
#include <benchmark/benchmark.h>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "core/ids.h"
#include "models/state_change.h"
#include "repositories/sqlite/database.h"
#include "repositories/sqlite/sqlite_stream_repository.h"

namespace {

using namespace parley;

/// A folder of the working directory, not of /tmp, which may be memory.
class Folder {
 public:
  Folder() : path_(std::filesystem::current_path() / ("append_bench." + std::to_string(getpid()))) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file() const { return path_ / "bench.db"; }

 private:
  const std::filesystem::path path_;
};

struct Room {
  std::string stream = room_stream(new_id());
  Head head{};
};

Entry next_message(Room& room, const std::string& user) {
  Entry entry;
  entry.stream = room.stream;
  entry.kind = std::string(kind::message);
  entry.user_id = user;
  entry.username = "ada.lovelace";
  entry.key = new_id();
  entry.body = message_body("The quick brown fox jumps over the lazy dog, as it always did, and always will.");
  continue_from(room.head, Clock().now(), entry);
  room.head = head_of(entry);
  return entry;
}

void append(benchmark::State& state) {
  const Folder folder;
  sqlite::Database database(folder.file());
  sqlite::SqliteStreamRepository streams(database);
  std::vector<Room> rooms(static_cast<std::size_t>(state.range(1)));
  const auto user = new_id();
  std::size_t turn = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Entry> batch;
    for (int i = 0; i < state.range(0); ++i) batch.push_back(next_message(rooms[turn++ % rooms.size()], user));
    state.ResumeTiming();
    const auto outcomes = streams.append(batch);
    if (outcomes.back().status != AppendOutcome::Status::committed) state.SkipWithError("not committed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(append)
    ->ArgNames({"batch", "rooms"})
    ->ArgsProduct({{1, 16, 64, 512}, {1, 100}})
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
