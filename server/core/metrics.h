#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace parley {

/// A number that only grows. One thread adds (the io thread), any may read; no locked instruction is needed.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down. As Counter.
class Gauge {
 public:
  void add(std::int64_t n) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void set(std::int64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// How often values fell under fixed bounds. As Counter.
class Histogram {
 public:
  /// `bounds` ascend; each is the largest value of its bucket. What is larger counts in a last one.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double value) {
    std::size_t i = 0;
    while (i < bounds_.size() && value > bounds_[i]) ++i;
    counts_[i].add();
    sum_.store(sum_.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
  }

  std::span<const double> bounds() const { return bounds_; }
  const std::vector<Counter>& counts() const { return counts_; }  ///< one a bucket, not cumulated
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::span<const double> bounds_;
  std::vector<Counter> counts_;
  std::atomic<double> sum_{0};
};

/// Everything that is measured, by name. Those who do the work are handed this and count; text() is what
/// Prometheus scrapes. All for the io thread.
struct Metrics {
  Metrics();

  Gauge websocket_connections;
  Counter websocket_connections_total;
  Gauge subscriptions;  ///< of all connections, to rooms
  Counter messages;     ///< messages committed by this instance
  Counter entries;      ///< entries of every kind committed by this instance
  Counter deliveries;   ///< entries queued for a subscriber
  Counter websocket_sent_bytes;
  Counter websocket_received_bytes;

  Histogram commit_batch_entries;  ///< entries in one commit
  Histogram commit_seconds;        ///< of one commit, in the store
  Histogram append_seconds;        ///< from a send's arrival to its acknowledgement
  Counter commit_failures;

  Gauge http_connections;
  Counter http_connections_refused;       ///< past the limit, or out of descriptors
  std::array<Counter, 5> http_responses;  ///< [0] counts 1xx, … [4] counts 5xx
  Histogram http_seconds;                 ///< from a request's last byte to its answer's first

  /// Errors told to clients, over REST and WebSocket.
  void count_error(Code code) { errors_[static_cast<std::size_t>(code)].add(); }
  void count_response(int status);
  /// A WebSocket that ended, by the code that either side gave (1006: none).
  void count_close(int code) { closes_[code].add(); }

  /// A queue whose depth is asked for at each scrape; `depth` is called on the io thread.
  void watch_queue(std::string name, std::function<std::size_t()> depth);

  /// The bus between instances, asked at each scrape: whether all its links are up, and how often one was made.
  void watch_bus(std::function<bool()> healthy, std::function<std::uint64_t()> links);

  /// Prometheus's text format, with the process's own figures (memory, processor time, start).
  std::string text() const;

 private:
  std::array<Counter, static_cast<std::size_t>(Code::outcome_unknown) + 1> errors_;
  std::map<int, Counter> closes_;
  std::map<std::string, std::function<std::size_t()>> queues_;
  std::function<bool()> bus_healthy_;
  std::function<std::uint64_t()> bus_links_;
  double started_;  ///< seconds since 1970
};

}  // namespace parley
