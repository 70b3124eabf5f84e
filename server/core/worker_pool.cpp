#include "core/worker_pool.h"

#include <pthread.h>
#include <sched.h>

#include "core/error.h"

namespace parley {

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t max_queued, Priority priority)
    : name_(std::move(name)), max_queued_(max_queued) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, priority] { work_loop(priority); });
    pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
  }
}

WorkerPool::~WorkerPool() {
  stop();
}

void WorkerPool::stop() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(jobs_);
  }
  ready_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkerPool::try_post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= max_queued_) return false;
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void WorkerPool::work_loop(Priority priority) {
  if (priority == Priority::idle) {
    const sched_param param{};
    // Best effort: where it is refused, the pool still is bounded.
    pthread_setschedparam(pthread_self(), SCHED_IDLE, &param);
  }
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

Task<> WorkerPool::run_job(std::function<void()> job) {
  bool accepted = true;
  std::function<void(std::function<void()>)> start = [this, &job, &accepted](std::function<void()> finish) {
    accepted = try_post([work = std::move(job), finish] {
      work();
      finish();
    });
    if (!accepted) finish();
  };
  co_await wait_for_callback(std::move(start));
  if (!accepted) throw Busy(name_);
}

}  // namespace parley
