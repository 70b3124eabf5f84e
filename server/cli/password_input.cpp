#include "cli/password_input.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <string_view>
#include <system_error>
#include <termios.h>
#include <unistd.h>

#include "core/file.h"

namespace parley::cli {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile sig_atomic_t g_signal = 0;

/// Takes echo from the terminal, and gives it back. A signal meanwhile only ends the wait for input; it is
/// raised again once the terminal is as it was. Signals are blocked except during that wait (ppoll), so that
/// none is missed between two calls.
class WithoutEcho {
 public:
  explicit WithoutEcho(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) throw PasswordInputError("the terminal can't be set up for a password");
    g_signal = 0;
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int signal : kSignals) ::sigaddset(&ours, signal);
    ::pthread_sigmask(SIG_BLOCK, &ours, &mask_);
    struct sigaction action{};
    action.sa_handler = [](int signal) { g_signal = signal; };
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &actions_[i]);
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    ::tcsetattr(terminal_, TCSAFLUSH, &quiet);
  }
  ~WithoutEcho() {
    ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &actions_[i], nullptr);
    if (g_signal != 0) ::raise(g_signal);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

  /// Until there is input. Throws where a signal came instead.
  void wait() const {
    pollfd input{terminal_, POLLIN, 0};
    while (::ppoll(&input, 1, nullptr, &mask_) < 0) {
      if (g_signal != 0 || errno != EINTR) throw PasswordInputError("no password was given");
    }
  }

 private:
  const int terminal_;
  sigset_t mask_{};  ///< as it was
  termios before_{};
  std::array<struct sigaction, kSignals.size()> actions_{};
};

/// Up to a newline, byte by byte, so that what follows stays for whoever reads next.
std::string read_line(int fd, const WithoutEcho* terminal) {
  std::string line;
  char c = 0;
  for (;;) {
    if (terminal != nullptr) terminal->wait();
    const auto got = ::read(fd, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw PasswordInputError("no password was given");
    if (got == 0 || c == '\n') break;
    if (line.size() == kMostBytes) throw PasswordInputError("the password has more than 4096 bytes");
    line += c;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string ask(const File& terminal, const WithoutEcho& quiet, std::string_view question) {
  [[maybe_unused]] const auto written = ::write(terminal.fd(), question.data(), question.size());
  return read_line(terminal.fd(), &quiet);
}

File open_terminal() {
  try {
    return open_file("/dev/tty", O_RDWR | O_NOCTTY);
  } catch (const std::system_error&) {
    throw PasswordInputError("there is no terminal to ask for a password: use --password-stdin or --generate");
  }
}

}  // namespace

std::string prompt_for_password(const std::string& username) {
  const auto terminal = open_terminal();
  const WithoutEcho quiet(terminal.fd());
  auto password = ask(terminal, quiet, "Password for " + username + ": ");
  if (password.empty()) throw PasswordInputError("no password was given");
  if (ask(terminal, quiet, "The same again: ") != password) throw PasswordInputError("the two passwords differ");
  return password;
}

std::string read_password_from_stdin() {
  auto password = read_line(STDIN_FILENO, nullptr);
  if (password.empty()) throw PasswordInputError("standard input has no password");
  return password;
}

}  // namespace parley::cli
