#include "core/metrics.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != text.npos;
}

TEST(Metrics, WhatWasCountedIsInTheText) {
  Metrics metrics;
  metrics.messages.add(3);
  metrics.websocket_connections.add(2);
  metrics.websocket_connections.add(-1);
  metrics.count_error(Code::not_found);
  metrics.count_response(404);
  metrics.count_close(4008);
  metrics.watch_queue("store", [] { return std::size_t{7}; });
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, "parley_messages_total 3")) << text;
  EXPECT_TRUE(has_line(text, "parley_websocket_connections 1"));
  EXPECT_TRUE(has_line(text, "parley_errors_total{code=\"not_found\"} 1"));
  EXPECT_TRUE(has_line(text, "parley_http_responses_total{class=\"4xx\"} 1"));
  EXPECT_TRUE(has_line(text, "parley_websocket_closes_total{code=\"4008\"} 1"));
  EXPECT_TRUE(has_line(text, "parley_queue_depth{queue=\"store\"} 7"));
}

TEST(Metrics, TheBusIsAskedAtEachScrape) {
  Metrics metrics;
  EXPECT_EQ(metrics.text().find("parley_bus"), std::string::npos) << "there is none yet";
  bool up = true;
  metrics.watch_bus([&] { return up; }, [] { return std::uint64_t{5}; });
  EXPECT_TRUE(has_line(metrics.text(), "parley_bus_up 1"));
  up = false;
  EXPECT_TRUE(has_line(metrics.text(), "parley_bus_up 0"));
  EXPECT_TRUE(has_line(metrics.text(), "parley_bus_links_total 5"));
}

TEST(Metrics, AHistogramCumulatesItsBuckets) {
  Metrics metrics;
  for (const double entries : {1.0, 2.0, 3.0, 5000.0}) metrics.commit_batch_entries.observe(entries);
  const auto text = metrics.text();
  EXPECT_TRUE(has_line(text, "parley_commit_batch_entries_bucket{le=\"1\"} 1")) << text;
  EXPECT_TRUE(has_line(text, "parley_commit_batch_entries_bucket{le=\"4\"} 3"));
  EXPECT_TRUE(has_line(text, "parley_commit_batch_entries_bucket{le=\"1024\"} 3"));
  EXPECT_TRUE(has_line(text, "parley_commit_batch_entries_bucket{le=\"+Inf\"} 4"));
  EXPECT_TRUE(has_line(text, "parley_commit_batch_entries_sum 5006"));
}

TEST(Metrics, AStatusThatIsNoneIsNotCounted) {
  Metrics metrics;
  metrics.count_response(0);
  metrics.count_response(600);
  for (const auto& counter : metrics.http_responses) EXPECT_EQ(counter.value(), 0u);
}

}  // namespace
}  // namespace parley
