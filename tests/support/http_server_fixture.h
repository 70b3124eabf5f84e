#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <thread>

#include "api/http_server.h"
#include "core/event_loop.h"
#include "core/metrics.h"
#include "core/tls_context.h"

namespace parley::test {

/// An HTTP server on a free port of the loopback, its event loop on a thread of its own. Fill in `router` and the
/// rest, then start().
class HttpServerFixture {
 public:
  HttpServerFixture() {
    limits.times.head = std::chrono::milliseconds(300);
    limits.times.body = std::chrono::milliseconds(300);
    limits.times.idle = std::chrono::milliseconds(600);
    limits.times.linger = std::chrono::milliseconds(300);
  }
  ~HttpServerFixture() { stop(); }

  std::uint16_t start() {
    edge = std::make_unique<api::Edge>(api::EdgeParts{.router = router,
                                                      .origins = origins,
                                                      .proxies = proxies,
                                                      .authenticate = authenticate,
                                                      .on_upgrade = on_upgrade,
                                                      .metrics = &metrics});
    server = std::make_unique<api::HttpServer>(loop, *edge, limits, tls.get(), &metrics);
    const auto port = server->listen("127.0.0.1", 0);
    server->start();
    thread = std::thread([this] { loop.run(); });
    return port;
  }

  /// Runs `work` on the io thread and waits for it.
  template <class Work>
  auto on_io(Work work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    asio::post(loop.context(), [&task] { task(); });
    return result.get();
  }

  /// Stops gracefully; gives how long it took.
  std::chrono::steady_clock::duration shut_down(std::chrono::steady_clock::duration patience) {
    const auto began = std::chrono::steady_clock::now();
    std::promise<void> stopped;
    asio::post(loop.context(), [&] {
      spawn_logged(loop.executor(), "stop", [&, patience] { return stop_server(patience, stopped); });
    });
    stopped.get_future().wait();
    return std::chrono::steady_clock::now() - began;
  }

  void stop() {
    if (!thread.joinable()) return;
    shut_down(std::chrono::milliseconds(100));
    loop.stop();
    thread.join();
  }

  EventLoop loop;
  asio::executor_work_guard<asio::io_context::executor_type> guard{loop.context().get_executor()};
  api::Router router;
  api::Origins origins{{}};
  api::TrustedProxies proxies{{}};
  api::Authenticate authenticate;
  api::OnUpgrade on_upgrade;
  api::HttpLimits limits;
  Metrics metrics;
  std::unique_ptr<TlsContext> tls;
  std::unique_ptr<api::Edge> edge;
  std::unique_ptr<api::HttpServer> server;
  std::thread thread;

 private:
  Task<> stop_server(std::chrono::steady_clock::duration patience, std::promise<void>& stopped) {
    co_await server->stop(patience);
    stopped.set_value();
  }
};

}  // namespace parley::test
