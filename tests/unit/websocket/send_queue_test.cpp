#include "websocket/send_queue.h"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace parley::websocket {
namespace {

SharedBytes frame(std::string_view bytes) {
  return SharedBytes::join(bytes, {});
}

using Buffers = std::array<asio::const_buffer, SendQueue::kMaxGather>;

std::string bytes_of(std::span<const asio::const_buffer> buffers) {
  std::string bytes;
  for (const auto& one : buffers) bytes.append(static_cast<const char*>(one.data()), one.size());
  return bytes;
}

// One write to a socket that takes at most `most` bytes; what it took.
std::string write(SendQueue& queue, std::size_t most) {
  Buffers buffers;
  const std::string taken = bytes_of(queue.gather(buffers)).substr(0, most);
  queue.consumed(taken.size());
  return taken;
}

std::string drain(SendQueue& queue) {
  std::string all;
  while (!queue.empty()) all += write(queue, 1 << 20);
  return all;
}

// Room for frames of `bytes` bytes altogether.
constexpr std::size_t bound_for(std::size_t frames, std::size_t bytes) {
  return frames * SendQueue::kFrameOverhead + bytes;
}

TEST(SendQueue, gathers_frames_in_the_order_of_their_sending) {
  SendQueue queue;
  EXPECT_EQ(queue.push(frame("one ")), SendStatus::sent);
  EXPECT_EQ(queue.push(frame("two ")), SendStatus::sent);
  EXPECT_EQ(queue.push(frame("three")), SendStatus::sent);
  Buffers buffers;
  const auto gathered = queue.gather(buffers);
  EXPECT_EQ(gathered.size(), 3u);
  EXPECT_EQ(bytes_of(gathered), "one two three");
}

TEST(SendQueue, offers_the_frame_itself_not_a_copy) {
  SendQueue queue;
  const SharedBytes shared = frame("shared");
  queue.push(shared);
  std::array<asio::const_buffer, 1> buffers;
  EXPECT_EQ(queue.gather(buffers)[0].data(), shared.view().data());
}

TEST(SendQueue, goes_on_after_partial_writes_of_every_size) {
  const std::vector<std::string> frames = {"a", "bcdef", "gh", "", "ijklmnopqrstuvwxyz", "0123456789", "!"};
  std::string all;
  for (const std::string& one : frames) all += one;
  for (std::size_t first = 0; first <= all.size(); ++first) {
    for (std::size_t then = 1; then <= all.size(); ++then) {
      SendQueue queue;
      for (const std::string& one : frames) queue.push(frame(one));
      std::string written = write(queue, first);
      ASSERT_EQ(written, all.substr(0, first));
      while (!queue.empty()) written += write(queue, then);
      ASSERT_EQ(written, all) << first << ", then " << then;
      ASSERT_EQ(queue.held_bytes(), 0u);
    }
  }
}

TEST(SendQueue, keeps_the_order_when_frames_come_while_others_are_half_written) {
  SendQueue queue;
  std::string pushed, written;
  for (int i = 0; i < 500; ++i) {
    const std::string one = "<" + std::to_string(i) + ">";
    ASSERT_NE(queue.push(frame(one)), SendStatus::overflowed);
    pushed += one;
    written += write(queue, static_cast<std::size_t>(i % 7));
  }
  EXPECT_LT(written.size(), pushed.size());
  written += drain(queue);
  EXPECT_EQ(written, pushed);
}

TEST(SendQueue, offers_at_most_as_many_buffers_as_one_write_may_have) {
  SendQueue queue;
  for (int i = 0; i < 100; ++i) queue.push(frame("x"));
  std::array<asio::const_buffer, 200> many;
  EXPECT_EQ(queue.gather(many).size(), SendQueue::kMaxGather);
  queue.consumed(SendQueue::kMaxGather);
  EXPECT_FALSE(queue.blocked());  // it took all that was offered
  std::array<asio::const_buffer, 10> few;
  EXPECT_EQ(queue.gather(few).size(), 10u);
  queue.consumed(10);
  EXPECT_EQ(drain(queue), std::string(26, 'x'));
}

TEST(SendQueue, says_queued_while_the_socket_does_not_take_all) {
  SendQueue queue;
  queue.push(frame("abc"));
  write(queue, 2);
  EXPECT_TRUE(queue.blocked());
  EXPECT_EQ(queue.push(frame("def")), SendStatus::queued);
  write(queue, 0);
  EXPECT_EQ(queue.push(frame("ghi")), SendStatus::queued);
  EXPECT_EQ(write(queue, 100), "cdefghi");
  EXPECT_FALSE(queue.blocked());
  EXPECT_EQ(queue.push(frame("jkl")), SendStatus::sent);
}

TEST(SendQueue, takes_frames_up_to_its_bound_and_not_a_byte_more) {
  SendQueue queue(bound_for(2, 10));
  EXPECT_EQ(queue.push(frame("12345")), SendStatus::sent);
  EXPECT_EQ(queue.push(frame("123456")), SendStatus::overflowed);
  EXPECT_EQ(queue.push(frame("12345")), SendStatus::sent);
  EXPECT_EQ(queue.held_bytes(), bound_for(2, 10));
  EXPECT_EQ(queue.push(frame("")), SendStatus::overflowed);
  EXPECT_EQ(drain(queue), "1234512345");
}

TEST(SendQueue, counts_a_frame_whole_until_its_last_byte_is_gone) {
  SendQueue queue(bound_for(1, 10));
  queue.push(frame("0123456789"));
  write(queue, 9);
  EXPECT_EQ(queue.held_bytes(), bound_for(1, 10));
  EXPECT_EQ(queue.push(frame("x")), SendStatus::overflowed);
  write(queue, 1);
  EXPECT_EQ(queue.held_bytes(), 0u);
  EXPECT_EQ(queue.push(frame("x")), SendStatus::sent);
}

TEST(SendQueue, bounds_the_memory_of_tiny_frames_too) {
  SendQueue queue(64 * 1024);
  std::size_t taken = 0;
  while (queue.push(frame("p")) != SendStatus::overflowed) ++taken;
  EXPECT_GT(taken, 100u);
  EXPECT_LE(taken, 64 * 1024 / SendQueue::kFrameOverhead);
}

TEST(SendQueue, refuses_a_frame_that_is_larger_than_the_bound) {
  SendQueue queue(100);
  EXPECT_EQ(queue.push(frame(std::string(101, 'x'))), SendStatus::overflowed);
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, has_no_memory_before_its_first_frame_and_next_to_none_when_drained) {
  SendQueue queue;
  EXPECT_EQ(queue.slots(), 0u);
  for (int i = 0; i < 1000; ++i) queue.push(frame("x"));
  EXPECT_GE(queue.slots(), 1000u);
  drain(queue);
  EXPECT_LE(queue.slots(), SendQueue::kKeptSlots);
}

TEST(SendQueue, does_not_grow_while_it_never_drains) {
  SendQueue queue;
  for (int i = 0; i < 10; ++i) queue.push(frame("x"));
  for (int i = 0; i < 10000; ++i) {
    queue.push(frame("x"));
    write(queue, 1);
  }
  EXPECT_LE(queue.slots(), 64u);
}

TEST(SendQueue, lets_go_of_frames_as_they_are_written) {
  SharedBytes shared = frame("shared");
  SendQueue queue;
  queue.push(shared);
  drain(queue);
  std::array<asio::const_buffer, 4> buffers;
  EXPECT_TRUE(queue.gather(buffers).empty());
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, finishes_with_the_last_frame_next_when_none_was_begun) {
  SendQueue queue;
  queue.push(frame("one"));
  queue.push(frame("two"));
  queue.finish(frame("close"));
  EXPECT_EQ(queue.held_bytes(), bound_for(1, 5));
  EXPECT_EQ(drain(queue), "close");
}

TEST(SendQueue, finishes_the_frame_that_is_half_written_before_the_last) {
  SendQueue queue;
  queue.push(frame("one"));
  queue.push(frame("two"));
  std::string written = write(queue, 4);
  queue.push(frame("three"));
  queue.finish(frame("close"));
  written += drain(queue);
  EXPECT_EQ(written, "onetwoclose");
}

TEST(SendQueue, keeps_what_is_being_written_when_it_finishes) {
  SendQueue queue;
  queue.push(frame("one"));
  queue.push(frame("two"));
  Buffers buffers;
  const auto gathered = queue.gather(buffers);
  queue.push(frame("three"));
  queue.finish(frame("close"));
  EXPECT_EQ(bytes_of(gathered), "onetwo");
  queue.consumed(2);
  EXPECT_EQ(drain(queue), "etwoclose");
}

TEST(SendQueue, keeps_what_a_blocked_socket_was_offered_when_it_finishes) {
  SendQueue queue;
  queue.push(frame("one"));
  queue.push(frame("two"));
  write(queue, 0);  // TLS may have encrypted both
  queue.push(frame("three"));
  queue.finish(frame("close"));
  EXPECT_EQ(drain(queue), "onetwoclose");
}

TEST(SendQueue, keeps_what_was_offered_although_less_was_offered_again) {
  SendQueue queue;
  for (const char* one : {"a", "b", "c"}) queue.push(frame(one));
  write(queue, 0);
  std::array<asio::const_buffer, 1> few;
  EXPECT_EQ(bytes_of(queue.gather(few)), "a");
  queue.consumed(0);
  queue.push(frame("d"));
  queue.finish(frame("close"));
  EXPECT_EQ(drain(queue), "abcclose");
}

TEST(SendQueue, drops_what_came_after_the_socket_had_taken_all) {
  SendQueue queue;
  queue.push(frame("one"));
  EXPECT_EQ(write(queue, 3), "one");
  queue.push(frame("two"));
  queue.finish(frame("close"));
  EXPECT_EQ(drain(queue), "close");
}

TEST(SendQueue, forgets_an_empty_frame_that_was_not_offered) {
  SendQueue queue;
  queue.push(frame("a"));
  queue.push(frame(""));
  std::array<asio::const_buffer, 1> few;
  EXPECT_EQ(bytes_of(queue.gather(few)), "a");
  queue.consumed(1);
  EXPECT_TRUE(queue.empty());
  queue.push(frame("b"));
  queue.finish(frame("close"));
  EXPECT_EQ(drain(queue), "close");
}

TEST(SendQueue, takes_the_last_frame_although_it_is_full) {
  SendQueue queue(bound_for(1, 5));
  queue.push(frame("12345"));
  write(queue, 1);
  ASSERT_EQ(queue.push(frame("x")), SendStatus::overflowed);
  queue.finish(frame("close"));
  EXPECT_EQ(drain(queue), "2345close");
}

TEST(SendQueue, takes_nothing_after_the_last_frame) {
  SendQueue queue;
  queue.finish(frame("close"));
  EXPECT_EQ(queue.push(frame("late")), SendStatus::closed);
  queue.finish(frame("again"));
  EXPECT_EQ(drain(queue), "close");
  EXPECT_EQ(queue.push(frame("later")), SendStatus::closed);
}

}  // namespace
}  // namespace parley::websocket
