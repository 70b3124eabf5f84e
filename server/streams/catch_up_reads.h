#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "core/task.h"
#include "streams/framed_entry.h"

namespace parley {

/// What those who are behind need of one stream's past: read once for all who need it meanwhile (everybody resumes at
/// once where an instance or the store was away), and kept while anybody is behind. Io thread; outlives its readers.
class CatchUpReads {
 public:
  using Read = std::function<Task<std::vector<Entry>>(std::uint64_t first, std::uint64_t last)>;  ///< inclusive

  static constexpr std::uint64_t kReadAtOnce = 100;
  /// Beyond it the oldest go, and are read again; what was read last stays, however large.
  static constexpr std::size_t kKeptBytes = 1 << 20;

  CatchUpReads(boost::asio::any_io_executor executor, Framer framer, Read read)
      : executor_(std::move(executor)), framer_(framer), read_(std::move(read)) {}

  /// Entries that follow each other without a gap, some of them.
  struct Block {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  ///< as it was asked for; there may be fewer
    std::vector<FramedEntry> entries;
    std::size_t bytes = 0;
    std::unique_ptr<boost::asio::steady_timer> reading;  ///< cancelled when it was read

    /// From that seq on; empty where it has not got it.
    std::span<const FramedEntry> from(std::uint64_t seq) const;
  };
  using BlockPtr = std::shared_ptr<const Block>;

  /// A block that has the entry `seq`; no later one than `last` is read for it. Throws what the read throws, or
  /// StoreUnavailable where the entry is not there; null to who waited for another's read that failed or ended before
  /// it. The caller has a Reader meanwhile.
  Task<BlockPtr> block_with(std::uint64_t seq, std::uint64_t last);

  /// Somebody is behind, for as long as this lives.
  class Reader {
   public:
    explicit Reader(CatchUpReads& reads) : reads_(reads) { ++reads_.readers_; }
    ~Reader() {
      if (--reads_.readers_ == 0) reads_.blocks_.clear();
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

   private:
    CatchUpReads& reads_;
  };

 private:
  std::shared_ptr<Block> planned(std::uint64_t seq, std::uint64_t last);
  Task<> fill(std::shared_ptr<Block> block);
  void forget_oldest(const Block& but);

  const boost::asio::any_io_executor executor_;
  const Framer framer_;
  const Read read_;
  std::map<std::uint64_t, std::shared_ptr<Block>> blocks_;  ///< by their first seq
  std::size_t readers_ = 0;
};

}  // namespace parley
