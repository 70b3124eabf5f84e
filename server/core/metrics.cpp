#include "core/metrics.h"

#include <chrono>
#include <fstream>
#include <limits>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace parley {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;

constexpr double kBatchSizes[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
constexpr double kSeconds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

ClientMetric sample(MetricType type, double value, std::string label = {}, std::string label_value = {}) {
  ClientMetric metric;
  if (!label.empty()) metric.label.push_back({std::move(label), std::move(label_value)});
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return metric;
}

MetricFamily& family(Families& families, MetricType type, std::string name, std::string help) {
  return families.emplace_back(MetricFamily{std::move(name), std::move(help), type, {}});
}

void add(Families& families, std::string name, std::string help, const Counter& counter) {
  family(families, MetricType::Counter, std::move(name), std::move(help))
      .metric.push_back(sample(MetricType::Counter, static_cast<double>(counter.value())));
}

void add(Families& families, std::string name, std::string help, const Gauge& gauge) {
  family(families, MetricType::Gauge, std::move(name), std::move(help))
      .metric.push_back(sample(MetricType::Gauge, static_cast<double>(gauge.value())));
}

void add(Families& families, std::string name, std::string help, const Histogram& histogram) {
  ClientMetric metric;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    count += histogram.counts()[i].value();
    const bool last = i == histogram.bounds().size();
    const double bound = last ? std::numeric_limits<double>::infinity() : histogram.bounds()[i];
    metric.histogram.bucket.push_back({count, bound});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = histogram.sum();
  family(families, MetricType::Histogram, std::move(name), std::move(help)).metric.push_back(std::move(metric));
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void add_process(Families& families, double started) {
  const auto gauge = [&](const char* name, const char* help, double value) {
    family(families, MetricType::Gauge, name, help).metric.push_back(sample(MetricType::Gauge, value));
  };
  gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
  gauge("process_start_time_seconds", "Start of the process, seconds since 1970", started);
  family(families, MetricType::Counter, "process_cpu_seconds_total", "Processor time used")
      .metric.push_back(sample(MetricType::Counter, processor_seconds()));
}

void add_websocket(Families& families, const Metrics& m) {
  add(families, "parley_websocket_connections", "Open WebSockets", m.websocket_connections);
  add(families, "parley_websocket_connections_total", "WebSockets accepted", m.websocket_connections_total);
  add(families, "parley_subscriptions", "Subscriptions to rooms, of all connections", m.subscriptions);
  add(families, "parley_messages_total", "Messages committed", m.messages);
  add(families, "parley_entries_total", "Entries of every kind committed", m.entries);
  add(families, "parley_deliveries_total", "Entries queued for a subscriber", m.deliveries);
  add(families, "parley_websocket_sent_bytes_total", "Bytes sent over WebSockets", m.websocket_sent_bytes);
  add(families, "parley_websocket_received_bytes_total", "Bytes received over WebSockets", m.websocket_received_bytes);
}

void add_store(Families& families, const Metrics& m) {
  add(families, "parley_commit_batch_entries", "Entries in one commit", m.commit_batch_entries);
  add(families, "parley_commit_seconds", "Time of one commit in the store", m.commit_seconds);
  add(families, "parley_append_seconds", "From a send's arrival to its acknowledgement", m.append_seconds);
  add(families, "parley_commit_failures_total", "Commits that failed", m.commit_failures);
}

void add_http(Families& families, const Metrics& m) {
  add(families, "parley_http_connections", "Open HTTP connections", m.http_connections);
  add(families, "parley_http_connections_refused_total", "Connections refused: too many, or no descriptor",
      m.http_connections_refused);
  add(families, "parley_http_request_seconds", "From a request's last byte to its answer", m.http_seconds);
  auto& responses = family(families, MetricType::Counter, "parley_http_responses_total", "Answers by class of status");
  for (std::size_t i = 0; i < m.http_responses.size(); ++i) {
    responses.metric.push_back(sample(MetricType::Counter, static_cast<double>(m.http_responses[i].value()), "class",
                                      std::to_string(i + 1) + "xx"));
  }
}

}  // namespace

Metrics::Metrics()
    : commit_batch_entries(kBatchSizes),
      commit_seconds(kSeconds),
      append_seconds(kSeconds),
      http_seconds(kSeconds),
      started_(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count()) {}

void Metrics::count_response(int status) {
  if (status >= 100 && status < 600) http_responses[static_cast<std::size_t>(status / 100 - 1)].add();
}

void Metrics::watch_queue(std::string name, std::function<std::size_t()> depth) {
  queues_[std::move(name)] = std::move(depth);
}

void Metrics::watch_bus(std::function<bool()> healthy, std::function<std::uint64_t()> links) {
  bus_healthy_ = std::move(healthy);
  bus_links_ = std::move(links);
}

std::string Metrics::text() const {
  Families families;
  add_websocket(families, *this);
  add_store(families, *this);
  add_http(families, *this);
  auto& errors = family(families, MetricType::Counter, "parley_errors_total", "Errors told to clients, by code");
  for (std::size_t i = 0; i < errors_.size(); ++i) {
    errors.metric.push_back(sample(MetricType::Counter, static_cast<double>(errors_[i].value()), "code",
                                   std::string(kind_of(static_cast<Code>(i)).name)));
  }
  auto& closes = family(families, MetricType::Counter, "parley_websocket_closes_total", "WebSockets ended, by code");
  for (const auto& [code, count] : closes_) {
    closes.metric.push_back(
        sample(MetricType::Counter, static_cast<double>(count.value()), "code", std::to_string(code)));
  }
  auto& queues = family(families, MetricType::Gauge, "parley_queue_depth", "What waits in a queue");
  for (const auto& [name, depth] : queues_) {
    queues.metric.push_back(sample(MetricType::Gauge, static_cast<double>(depth()), "queue", name));
  }
  if (bus_healthy_) {
    family(families, MetricType::Gauge, "parley_bus_up", "Whether the bus between instances works")
        .metric.push_back(sample(MetricType::Gauge, bus_healthy_() ? 1 : 0));
    family(families, MetricType::Counter, "parley_bus_links_total", "Links to the bus that were made, anew too")
        .metric.push_back(sample(MetricType::Counter, static_cast<double>(bus_links_())));
  }
  add_process(families, started_);
  std::ostringstream out;
  out.imbue(std::locale::classic());
  prometheus::TextSerializer().Serialize(out, families);
  return std::move(out).str();
}

}  // namespace parley
