#pragma once

#include <cstddef>
#include <string_view>

namespace parley {

/// An immutable run of bytes with many owners: made once, then shared by every queue that has to send it. One
/// pointer wide, one allocation, the bytes right behind their count of owners. Handles may be copied and
/// dropped on any thread (a single handle, like any value, by one thread at a time); the last to go frees the
/// bytes.
class SharedBytes {
 public:
  SharedBytes() noexcept = default;
  SharedBytes(const SharedBytes& other) noexcept;
  SharedBytes(SharedBytes&& other) noexcept : block_(other.block_) { other.block_ = nullptr; }
  SharedBytes& operator=(SharedBytes other) noexcept;
  ~SharedBytes();

  /// `head` and `tail` behind one another. Throws std::bad_alloc; std::length_error from 4 GiB on.
  [[nodiscard]] static SharedBytes join(std::string_view head, std::string_view tail);

  /// Valid for as long as any handle to these bytes lives. Empty for a handle that was never given any.
  [[nodiscard]] std::string_view view() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return view().size(); }

 private:
  struct Block;
  explicit SharedBytes(Block* block) noexcept : block_(block) {}

  Block* block_ = nullptr;
};

}  // namespace parley
