#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "core/task.h"

namespace parley {

/// A bounded pool of threads for work that blocks (the store, password hashing). Results come back on the
/// caller's executor. Destroy it before the io context and after everything that uses it has stopped asking:
/// the destructor finishes what has started and drops what is still queued.
class WorkerPool {
 public:
  enum class Priority { normal, idle };  ///< idle: SCHED_IDLE, runs only when the io thread leaves the core

  /// `name` is for logs and the Busy exception; at most `max_queued` jobs wait.
  WorkerPool(std::string name, std::size_t threads, std::size_t max_queued, Priority priority = Priority::normal);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work()` on a thread of the pool and gives its result or rethrows its exception. Throws Busy when the
  /// queue is full. References that `work` captures need only outlive the co_await.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work work) {
    using Value = std::invoke_result_t<Work&>;
    std::exception_ptr failure;
    if constexpr (std::is_void_v<Value>) {
      std::function<void()> job = [&] { guard(failure, [&] { work(); }); };
      co_await run_job(std::move(job));
      if (failure) std::rethrow_exception(failure);
    } else {
      std::optional<Value> value;
      std::function<void()> job = [&] { guard(failure, [&] { value.emplace(work()); }); };
      co_await run_job(std::move(job));
      if (failure) std::rethrow_exception(failure);
      co_return std::move(*value);
    }
  }

  /// Queues `job`, which must not throw; false when the queue is full. Callable from any thread.
  bool try_post(std::function<void()> job);

  /// Jobs that wait (not those that run). Any thread.
  std::size_t queued() const;

  /// Finishes the running jobs, drops the queued ones, joins the threads. Idempotent.
  void stop();

 private:
  template <class Work>
  static void guard(std::exception_ptr& failure, Work&& work) {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
  }

  Task<> run_job(std::function<void()> job);
  void work_loop(Priority priority);

  const std::string name_;
  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parley
