#include "services/device_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley {
namespace {

constexpr std::size_t kMaxDeviceName = 128;

using Names = std::pair<std::string_view, std::string_view>;

// The first that is found counts: most browsers name the ones they descend from as well.
constexpr std::array kPrograms{Names{"Edg", "Edge"},         Names{"OPR/", "Opera"},
                               Names{"Vivaldi/", "Vivaldi"}, Names{"SamsungBrowser/", "Samsung Internet"},
                               Names{"Firefox/", "Firefox"}, Names{"FxiOS/", "Firefox"},
                               Names{"CriOS/", "Chrome"},    Names{"Chrome/", "Chrome"},
                               Names{"Safari/", "Safari"}};
constexpr std::array kSystems{Names{"Android", "Android"}, Names{"iPhone", "iPhone"},   Names{"iPad", "iPad"},
                              Names{"CrOS", "ChromeOS"},   Names{"Windows", "Windows"}, Names{"Mac OS X", "macOS"},
                              Names{"Linux", "Linux"}};

template <std::size_t Size>
std::string_view find_name(const std::array<Names, Size>& known, std::string_view text) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const Names& names) { return text.find(names.first) != std::string_view::npos; });
  return found == known.end() ? std::string_view() : found->second;
}

std::string beginning(std::string_view text) {
  std::string shown(text.substr(0, std::min(text.size(), kMaxDeviceName)));
  std::replace_if(shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown.empty() ? "Unknown device" : shown;
}

}  // namespace

std::string device_name(std::string_view user_agent) {
  const auto program = find_name(kPrograms, user_agent);
  if (program.empty()) return beginning(user_agent);
  const auto system = find_name(kSystems, user_agent);
  return system.empty() ? std::string(program) : std::string(program).append(" on ").append(system);
}

}  // namespace parley
