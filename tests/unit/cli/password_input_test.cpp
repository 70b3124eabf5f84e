#include "cli/password_input.h"

#include <cstring>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace parley::cli {
namespace {

/// A process with a terminal of its own that asks there for a password and says what it got.
class AskingProcess {
 public:
  AskingProcess() {
    if (::pipe(result_) != 0) throw std::runtime_error("pipe");
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (pid_ == 0) run();
    if (pid_ < 0) throw std::runtime_error("no terminal to be had: is /dev/pts mounted?");
    ::close(result_[1]);
  }
  ~AskingProcess() {
    ::close(terminal_);
    ::close(result_[0]);
  }

  void await(std::string_view text) {
    char c = 0;
    while (seen_.find(text) == std::string::npos && ::read(terminal_, &c, 1) == 1) seen_ += c;
  }
  void type(std::string_view text) {
    ASSERT_EQ(::write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  bool echoes() {
    termios state{};
    ::tcgetattr(terminal_, &state);
    return (state.c_lflag & ECHO) != 0;
  }
  std::string result() {
    std::string text;
    char buffer[100];
    for (ssize_t got = 0; (got = ::read(result_[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }
  /// Ended by this signal; 0: ended by itself.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  const std::string& seen() const { return seen_; }

 private:
  [[noreturn]] void run() {
    ::signal(SIGINT, SIG_DFL);  // a shell lets what it starts in the background ignore it
    std::string text;
    try {
      text = "got " + prompt_for_password("ada");
    } catch (const PasswordInputError& e) {
      text = e.what();
    }
    [[maybe_unused]] const auto written = ::write(result_[1], text.data(), text.size());
    // Wait to be looked at: with the process its terminal goes.
    char c = 0;
    [[maybe_unused]] const auto got = ::read(STDIN_FILENO, &c, 1);
    ::_exit(0);
  }

  int result_[2]{};
  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
};

TEST(PasswordPrompt, reads_twice_without_echo_and_restores_the_terminal) {
  AskingProcess asking;
  asking.await("Password for ada: ");
  EXPECT_FALSE(asking.echoes());
  asking.type("correct horse\n");
  asking.await("The same again: ");
  asking.type("correct horse\n");
  while (!asking.echoes()) ::usleep(1000);
  asking.type("\n");
  EXPECT_EQ(asking.result(), "got correct horse");
  EXPECT_EQ(asking.wait(), 0);
  EXPECT_EQ(asking.seen().find("horse"), std::string::npos);
}

TEST(PasswordPrompt, two_that_differ_are_refused) {
  AskingProcess asking;
  asking.await("Password for ada: ");
  asking.type("one thing\n");
  asking.await("The same again: ");
  asking.type("another\n");
  while (!asking.echoes()) ::usleep(1000);
  asking.type("\n");
  EXPECT_EQ(asking.result(), "the two passwords differ");
}

TEST(PasswordPrompt, an_interrupt_gives_echo_back_before_it_ends_the_process) {
  AskingProcess asking;
  asking.await("Password for ada: ");
  ASSERT_FALSE(asking.echoes());
  asking.type("\x03");
  EXPECT_EQ(asking.wait(), SIGINT);
  EXPECT_TRUE(asking.echoes());
}

TEST(PasswordPrompt, without_a_terminal_says_what_to_do) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    try {
      prompt_for_password("ada");
    } catch (const PasswordInputError& e) {
      ::_exit(std::strstr(e.what(), "--password-stdin") != nullptr ? 0 : 2);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace parley::cli
