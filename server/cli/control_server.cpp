#include "cli/control_server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <set>
#include <sys/stat.h>

#include "cli/control_protocol.h"
#include "core/log.h"

namespace parley::cli {
namespace {

namespace local = asio::local;

constexpr std::size_t kMostConnections = 16;
constexpr auto kAcceptBackOff = std::chrono::milliseconds(100);

/// Closes the socket unless it is destroyed first.
class Deadline {
 public:
  Deadline(local::stream_protocol::socket& socket, std::chrono::seconds after)
      : timer_(socket.get_executor(), after), expired_(std::make_shared<bool>(false)) {
    timer_.async_wait([&socket, expired = expired_](boost::system::error_code ec) {
      if (ec || *expired) return;
      boost::system::error_code ignored;
      socket.close(ignored);
    });
  }
  ~Deadline() { *expired_ = true; }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> expired_;  ///< the wait may be done already, and its handler queued
};

}  // namespace

class ControlServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::any_io_executor executor, std::filesystem::path path, Commands& commands)
      : path_(std::move(path)), acceptor_(executor), commands_(commands) {
    std::filesystem::remove(path_);
    const SocketPath name(path_);
    acceptor_.open();
    acceptor_.bind(local::stream_protocol::endpoint(name.text()));
    if (::chmod(path_.c_str(), 0600) != 0) throw std::system_error(errno, std::generic_category(), path_.string());
    acceptor_.listen();
  }

  void start() {
    auto work = [self = shared_from_this()] { return self->accept_all(); };
    spawn_logged(acceptor_.get_executor(), "control socket", std::move(work));
  }

  void stop() {
    if (!acceptor_.is_open()) return;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto* socket : open_) socket->close(ignored);
    std::error_code gone;
    std::filesystem::remove(path_, gone);
  }

 private:
  Task<> accept_all() {
    bool told = false;
    while (acceptor_.is_open()) {
      auto [ec, socket] = co_await acceptor_.async_accept(kAwait);
      if (!acceptor_.is_open()) break;
      if (ec) {
        if (!told) log::warn("control socket can't accept", {{"reason", ec.message()}});
        told = true;
        co_await sleep_for(kAcceptBackOff);
        continue;
      }
      told = false;
      if (open_.size() >= kMostConnections) continue;  // closed by its destructor
      auto shared = std::make_shared<local::stream_protocol::socket>(std::move(socket));
      auto work = [self = shared_from_this(), shared] { return self->serve(shared); };
      spawn_logged(acceptor_.get_executor(), "control connection", std::move(work));
    }
  }

  Task<> serve(std::shared_ptr<local::stream_protocol::socket> socket) {
    open_.insert(socket.get());
    const auto request = co_await read_request(*socket);
    if (socket->is_open()) {
      auto answer = co_await answer_to(request);
      if (socket->is_open()) co_await write_answer(*socket, std::move(answer));
    }
    open_.erase(socket.get());
  }

  /// Empty where the peer went away or was too slow.
  Task<Result<ControlRequest>> read_request(local::stream_protocol::socket& socket) {
    const Deadline deadline(socket, kLineDeadline);
    std::string line;
    auto buffer = asio::dynamic_buffer(line, kMostRequestBytes);
    const auto [ec, size] = co_await asio::async_read_until(socket, buffer, '\n', kAwait);
    if (ec == asio::error::not_found) {
      co_return refuse(Code::body_too_large, "the request has more than 65536 bytes");
    }
    if (ec) {
      boost::system::error_code ignored;
      socket.close(ignored);
      co_return refuse(Code::bad_request);
    }
    co_return parse_request(std::string_view(line).substr(0, size));
  }

  Task<Result<boost::json::object>> answer_to(Result<ControlRequest> request) {
    if (!request) co_return request.error();
    auto answer = co_await commands_.run(request->command, request->args);
    log::info("control command", {{"command", request->command}, {"outcome", outcome_of(answer)}});
    co_return answer;
  }

  static std::string_view outcome_of(const Result<boost::json::object>& answer) {
    return answer ? "ok" : kind_of(answer.error().code).name;
  }

  Task<> write_answer(local::stream_protocol::socket& socket, Result<boost::json::object> answer) {
    const Deadline deadline(socket, kLineDeadline);
    auto line = answer_line(answer);
    if (line.size() > kMostAnswerBytes) line = answer_line(refuse(Code::internal, "the answer is too long"));
    co_await asio::async_write(socket, asio::buffer(line), kAwait);
  }

  const std::filesystem::path path_;
  local::stream_protocol::acceptor acceptor_;
  Commands& commands_;
  std::set<local::stream_protocol::socket*> open_;
};

ControlServer::ControlServer(boost::asio::any_io_executor executor, std::filesystem::path socket, Commands& commands)
    : listener_(std::make_shared<Listener>(std::move(executor), std::move(socket), commands)) {
  listener_->start();
}

ControlServer::~ControlServer() {
  stop();
}

void ControlServer::stop() {
  listener_->stop();
}

}  // namespace parley::cli
