#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "cli/control_client.h"
#include "cli/control_server.h"
#include "support/fake_backend.h"
#include "support/temp_folder.h"

namespace parley::cli {
namespace {

using boost::json::object;
using parley::test::mode_of;
using parley::test::TempFolder;
using test::FakeBackend;

/// A server on a thread, as it runs in `parley serve`.
class RunningServer {
 public:
  RunningServer(const std::filesystem::path& socket, FakeBackend& backend)
      : commands_(backend.operations, "the-secret"),
        server_(io_.get_executor(), socket, commands_),
        thread_([this] { io_.run(); }) {}
  ~RunningServer() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(io_, [this] {
      server_.stop();
      work_.reset();
    });
    thread_.join();
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  Commands commands_;
  ControlServer server_;
  std::thread thread_;
};

class Control : public ::testing::Test {
 protected:
  Result<object> ask(std::string command, object args) {
    return ask_server(socket, {std::move(command), std::move(args)}).value();
  }

  /// What the server answers to these very bytes, until it closes.
  std::string raw(std::string_view bytes) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket.c_str());
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    while (!bytes.empty()) {
      const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    ::shutdown(fd, SHUT_WR);
    std::string answer;
    char buffer[1000];
    for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
    ::close(fd);
    return answer;
  }

  TempFolder folder;
  std::filesystem::path socket = folder / "control.sock";
  FakeBackend backend;
};

TEST_F(Control, a_command_through_the_socket_changes_the_servers_store) {
  RunningServer server(socket, backend);
  const auto made = ask("user create", {{"username", "ada"}, {"password", "long enough"}, {"admin", true}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->at("username").as_string(), "ada");
  ASSERT_EQ(backend.users.size(), 1U);
  EXPECT_TRUE(backend.users[0].is_admin);
}

TEST_F(Control, a_refusal_comes_back_with_code_message_and_field) {
  RunningServer server(socket, backend);
  const auto refused = ask("user create", {{"username", "ada"}, {"password", "short"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::validation_failed);
  EXPECT_EQ(refused.error().field, "password");
  EXPECT_EQ(refused.error().message, "must have 8 characters or more");
}

TEST_F(Control, the_socket_is_private_and_goes_with_the_server) {
  RunningServer server(socket, backend);
  EXPECT_EQ(mode_of(socket), 0600U);
  server.stop();
  EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST_F(Control, nobody_listens_before_the_server_and_after_a_killed_one) {
  EXPECT_FALSE(ask_server(socket, {"user list", {}}).has_value());
  {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket.c_str());
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(fd);  // leaves the socket's file, as kill -9 does
  }
  ASSERT_TRUE(std::filesystem::exists(socket));
  EXPECT_FALSE(ask_server(socket, {"user list", {}}).has_value());
  RunningServer server(socket, backend);
  EXPECT_TRUE(ask("user list", {}));
}

TEST_F(Control, works_under_a_path_too_long_for_a_socket) {
  const auto deep = folder.path() / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  RunningServer server(deep / "control.sock", backend);
  EXPECT_TRUE(ask_server(deep / "control.sock", {"user list", {}}).value());
}

TEST_F(Control, an_unknown_command_and_wrong_arguments_are_refused_by_name) {
  RunningServer server(socket, backend);
  EXPECT_EQ(ask("user destroy", {}).error().message, "this server has no command 'user destroy'");
  EXPECT_EQ(ask("user create", {{"username", "ada"}}).error().message, "password is missing");
  EXPECT_EQ(ask("user create", {{"username", 5}, {"password", "long enough"}}).error().message,
            "username must be text");
  const auto unknown = ask("user list", {{"colour", "red"}});
  EXPECT_EQ(unknown.error().code, Code::unknown_field);
  EXPECT_EQ(unknown.error().field, "colour");
  EXPECT_TRUE(backend.users.empty());
}

TEST_F(Control, what_is_no_request_is_refused) {
  RunningServer server(socket, backend);
  for (const char* line : {"\n", "x\n", "[]\n", "{}\n", "{\"command\":\"user list\"}\n",
                           "{\"command\":1,\"args\":{}}\n", "{\"command\":\"user list\",\"args\":{},\"more\":1}\n"}) {
    EXPECT_NE(raw(line).find("\"code\":\"bad_request\""), std::string::npos) << line;
  }
}

TEST_F(Control, a_request_without_end_is_refused_at_the_bound) {
  RunningServer server(socket, backend);
  EXPECT_NE(raw(std::string(kMostRequestBytes + 10, 'x')).find("body_too_large"), std::string::npos);
}

TEST_F(Control, a_peer_that_hangs_up_early_harms_nobody) {
  RunningServer server(socket, backend);
  EXPECT_EQ(raw("{\"command\":"), "");
  EXPECT_TRUE(ask("user list", {}));
}

TEST_F(Control, failing_infrastructure_is_told_with_its_reason) {
  backend.operations.snapshot = [](const auto&) { throw StoreUnavailable("the copy failed: disk is full"); };
  RunningServer server(socket, backend);
  const auto failed = ask("backup", {{"folder", (folder / "backup").string()}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::store_unavailable);
  EXPECT_EQ(failed.error().message, "the copy failed: disk is full");
}

TEST_F(Control, every_code_of_the_table_survives_the_way) {
  for (int i = 0; i <= static_cast<int>(Code::outcome_unknown); ++i) {
    const Error error{static_cast<Code>(i), "why", "where"};
    const auto back = parse_answer(answer_line(error)).error();
    EXPECT_EQ(back.code, error.code);
    EXPECT_EQ(back.message, "why");
    EXPECT_EQ(back.field, "where");
  }
}

}  // namespace
}  // namespace parley::cli
