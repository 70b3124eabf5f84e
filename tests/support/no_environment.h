#pragma once

#include <cstdlib>
#include <string>
#include <unistd.h>
#include <vector>

namespace parley::test {

/// While it lives there are no environment variables: settings of whoever runs the tests are none of the tests'. For
/// tests of one thread.
class NoEnvironment {
 public:
  NoEnvironment() {
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
      before_.emplace_back(*variable);
    }
    ::clearenv();
  }
  ~NoEnvironment() {
    ::clearenv();
    for (const auto& variable : before_) {
      const auto equals = variable.find('=');
      if (equals != std::string::npos) {
        ::setenv(variable.substr(0, equals).c_str(), variable.c_str() + equals + 1, 1);
      }
    }
  }
  NoEnvironment(const NoEnvironment&) = delete;
  NoEnvironment& operator=(const NoEnvironment&) = delete;

 private:
  std::vector<std::string> before_;
};

}  // namespace parley::test
