#pragma once

#include <cstddef>

namespace parley {

/// Raises the process's limit of open files as far as it may (the hard limit) and gives what it is then. Called
/// by main before anything listens; any thread.
std::size_t raise_descriptor_limit();

/// How many descriptors the process may have open now.
std::size_t descriptor_limit();

/// A descriptor kept back. When there are none left, giving it up for a moment lets a listener accept a connection
/// only to close it: the peer learns at once, instead of waiting in the kernel's queue.
class SpareDescriptor {
 public:
  SpareDescriptor();
  ~SpareDescriptor();
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;

  void give_up();
  void take_back();  ///< where it fails, the next call tries again

 private:
  int descriptor_ = -1;
};

}  // namespace parley
