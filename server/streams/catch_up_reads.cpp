#include "streams/catch_up_reads.h"

#include <algorithm>

#include "core/error.h"

namespace parley {

std::span<const FramedEntry> CatchUpReads::Block::from(std::uint64_t seq) const {
  if (seq < first || seq - first >= entries.size()) return {};
  return std::span(entries).subspan(seq - first);
}

Task<CatchUpReads::BlockPtr> CatchUpReads::block_with(std::uint64_t seq, std::uint64_t last) {
  auto block = planned(seq, last);
  if (block->reading) {
    co_await block->reading->async_wait(kAwait);
    if (block->from(seq).empty()) co_return nullptr;
  } else if (block->entries.empty()) {
    co_await fill(block);
    if (block->entries.empty()) throw StoreUnavailable("the entry " + std::to_string(seq) + " can't be read");
  }
  co_return block;
}

/// The block that has the entry, or is being read and will have it; else a new one, up to where the next begins.
std::shared_ptr<CatchUpReads::Block> CatchUpReads::planned(std::uint64_t seq, std::uint64_t last) {
  const auto next = blocks_.upper_bound(seq);
  if (next != blocks_.begin()) {
    const auto& before = std::prev(next)->second;
    if (before->reading ? seq <= before->last : !before->from(seq).empty()) return before;
  }
  auto block = std::make_shared<Block>();
  block->first = seq;
  block->last = std::min(last, seq + kReadAtOnce - 1);
  if (next != blocks_.end()) block->last = std::min(block->last, next->first - 1);
  return blocks_[seq] = block;
}

Task<> CatchUpReads::fill(std::shared_ptr<Block> block) {
  block->reading = std::make_unique<boost::asio::steady_timer>(executor_, boost::asio::steady_timer::time_point::max());
  std::exception_ptr failure;
  try {
    const auto read = co_await read_(block->first, block->last);
    for (const auto& entry : read) {
      if (entry.seq != block->first + block->entries.size()) break;
      block->entries.push_back(framed(entry, framer_));
      block->bytes += block->entries.back().frame.size();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  const auto waiting = std::move(block->reading);
  waiting->cancel();
  const auto it = blocks_.find(block->first);
  if (block->entries.empty() && it != blocks_.end() && it->second == block) blocks_.erase(it);
  forget_oldest(*block);
  if (failure) std::rethrow_exception(failure);
}

void CatchUpReads::forget_oldest(const Block& but) {
  std::size_t bytes = 0;
  for (const auto& [first, block] : blocks_) bytes += block->bytes;
  for (auto it = blocks_.begin(); bytes > kKeptBytes && it != blocks_.end();) {
    const bool stays = it->second.get() == &but || it->second->reading;
    if (!stays) bytes -= it->second->bytes;
    it = stays ? std::next(it) : blocks_.erase(it);
  }
}

}  // namespace parley
