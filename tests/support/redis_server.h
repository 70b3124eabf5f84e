#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "core/redis_address.h"
#include "support/temp_folder.h"
#include "support/tls_files.h"

namespace parley::test {

/// A redis-server of the test's own, on a free port of this machine, that keeps nothing on disk. Gone with the object,
/// and with the process.
class RedisServer {
 public:
  enum class Speaks { plain, tls };

  explicit RedisServer(Speaks speaks = Speaks::plain);
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  const RedisAddress& address() const { return address_; }
  /// PEM, for localhost.
  std::string certificate() const { return tls_files_.certificate(); }

  /// Returns when it answers; on the same port as before.
  void start();
  /// kill -9.
  void kill();
  void pause();
  void resume();

  /// Sends one command, not over TLS, and gives the answer: of a text the text, else the first line.
  std::string command(const std::string& line);

 private:
  bool answers();
  std::vector<std::string> arguments() const;

  const Speaks speaks_;
  const test::TempFolder folder_;
  const TlsFiles tls_files_;
  RedisAddress address_;
  int plain_port_ = 0;
  pid_t process_ = 0;
};

/// A port nobody listens on now.
int free_port();

}  // namespace parley::test
