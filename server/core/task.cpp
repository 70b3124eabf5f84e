#include "core/task.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/log.h"

namespace parley {
namespace {

Task<> run_work(std::function<Task<>()> work) {
  co_await work();
}

}  // namespace

void spawn_logged(asio::any_io_executor executor, std::string_view name, std::function<Task<>()> work) {
  asio::co_spawn(executor, run_work(std::move(work)), [name = std::string(name)](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      log::error("coroutine failed", {{"what", name}, {"reason", e.what()}});
    }
  });
}

Task<> wait_for_callback(std::function<void(std::function<void()>)> start) {
  auto executor = co_await asio::this_coro::executor;
  auto initiate = [executor](auto handler, std::function<void(std::function<void()>)> begin) {
    // std::function needs a copyable target and the handler only moves: hence the shared pointer.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    auto guard = asio::make_work_guard(executor);
    begin([resume, guard, executor] { asio::post(executor, [resume] { std::move (*resume)(); }); });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(initiate), asio::use_awaitable,
                                                                       std::move(start));
}

Task<> sleep_for(std::chrono::steady_clock::duration delay) {
  asio::steady_timer timer(co_await asio::this_coro::executor, delay);
  co_await timer.async_wait(kAwait);
}

}  // namespace parley
