#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace parley {

/// A map that remembers the keys used last, at most `capacity` of them. Kept as two generations: a full young one
/// becomes the old one, whose keys are forgotten unless they are used again. So it costs no list, and a key that
/// is used is never forgotten before capacity/2 others were.
template <class State>
class RecentKeys {
 public:
  explicit RecentKeys(std::size_t capacity) : half_(capacity / 2) {}

  /// The key's state, a new one where it is not remembered. Valid until the next call.
  State& at(std::string_view key) {
    std::string name(key);
    if (const auto found = young_.find(name); found != young_.end()) return found->second;
    State state{};
    if (auto known = old_.extract(name)) state = std::move(known.mapped());
    if (young_.size() >= half_) {
      old_ = std::move(young_);
      young_.clear();
    }
    return young_.emplace(std::move(name), std::move(state)).first->second;
  }

  /// The key's state; null where it is not remembered. Valid until the next call.
  State* find(std::string_view key) {
    const std::string name(key);
    if (const auto found = young_.find(name); found != young_.end()) return &found->second;
    return old_.contains(name) ? &at(key) : nullptr;
  }

  void erase(std::string_view key) {
    const std::string name(key);
    young_.erase(name);
    old_.erase(name);
  }

  /// Forgets the keys of whose state it is true.
  template <class Predicate>
  void erase_if(const Predicate& predicate) {
    const auto of_entry = [&](const auto& entry) { return predicate(entry.second); };
    std::erase_if(young_, of_entry);
    std::erase_if(old_, of_entry);
  }

  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  const std::size_t half_;
  std::unordered_map<std::string, State> young_;
  std::unordered_map<std::string, State> old_;
};

}  // namespace parley
