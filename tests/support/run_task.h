#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "core/task.h"

namespace parley::test {

template <class T>
Task<> keep_result(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

/// Runs the io context until `task` is done and gives what it gave, or rethrows what left it.
template <class T>
T run_task(asio::io_context& io, Task<T> task) {
  std::exception_ptr failure;
  bool done = false;
  const auto finish = [&](std::exception_ptr f) {
    failure = f;
    done = true;
  };
  const auto run = [&] {
    io.restart();
    while (!done && io.run_one() != 0) {
    }
    if (failure) std::rethrow_exception(failure);
    if (!done) throw std::logic_error("the task waits for nothing");
  };
  if constexpr (std::is_void_v<T>) {
    asio::co_spawn(io, std::move(task), finish);
    run();
  } else {
    std::optional<T> result;
    asio::co_spawn(io, keep_result(std::move(task), result), finish);
    run();
    return std::move(*result);
  }
}

}  // namespace parley::test
