#include "core/shared_bytes.h"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

namespace parley {

struct SharedBytes::Block {
  std::atomic<std::uint32_t> owners{1};
  std::uint32_t size;

  explicit Block(std::uint32_t bytes) noexcept : size(bytes) {}
  [[nodiscard]] char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }
};

namespace {

char* append(char* at, std::string_view piece) noexcept {
  if (!piece.empty()) std::memcpy(at, piece.data(), piece.size());
  return at + piece.size();
}

}  // namespace

SharedBytes SharedBytes::join(std::string_view head, std::string_view tail) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (head.size() > kMost || tail.size() > kMost - head.size()) throw std::length_error("SharedBytes::join");
  const std::size_t size = head.size() + tail.size();
  auto* const block = new (::operator new(sizeof(Block) + size)) Block(static_cast<std::uint32_t>(size));
  append(append(block->bytes(), head), tail);
  return SharedBytes(block);
}

// A new owner is made from a live one, so nothing needs ordering; the last one out must see what all others
// did.
SharedBytes::SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
  if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
}

SharedBytes& SharedBytes::operator=(SharedBytes other) noexcept {
  std::swap(block_, other.block_);
  return *this;
}

SharedBytes::~SharedBytes() {
  if (block_ == nullptr || block_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block_->~Block();
  ::operator delete(block_);
}

std::string_view SharedBytes::view() const noexcept {
  return block_ == nullptr ? std::string_view() : std::string_view(block_->bytes(), block_->size);
}

}  // namespace parley
