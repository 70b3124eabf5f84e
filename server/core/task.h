#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <string_view>

namespace parley {

namespace asio = boost::asio;

/// A coroutine on the process's one io thread.
template <class T = void>
using Task = asio::awaitable<T>;

/// For `co_await operation(kAwait)`: gives a tuple that begins with the error code, and never throws.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Starts `work` on `executor`; an exception that leaves it is logged under `name` and goes no further. The
/// only way to start a coroutine nobody waits for (asio::detached alone would swallow what it throws).
/// `work` is a plain function object that returns a coroutine of named members or functions; what it captures
/// lives until the coroutine ends.
void spawn_logged(asio::any_io_executor executor, std::string_view name, std::function<Task<>()> work);

/// Waits for a callback: `start` gets a function to be called exactly once, from any thread; the coroutine goes on
/// on its own executor.
Task<> wait_for_callback(std::function<void(std::function<void()>)> start);

/// Completes after `delay`. Never throws; returns at once when the io context has stopped.
Task<> sleep_for(std::chrono::steady_clock::duration delay);

}  // namespace parley
