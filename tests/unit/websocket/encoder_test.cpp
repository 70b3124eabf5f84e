#include "websocket/encoder.h"

#include <gtest/gtest.h>
#include <string>

#include "support/websocket_frames.h"

namespace parley::websocket::testing {
namespace {

std::string bytes(const SharedBytes& frame) {
  return std::string(frame.view());
}

std::string unmasked(unsigned opcode, std::string payload) {
  return bytes_of({.opcode = opcode, .payload = std::move(payload), .masked = false});
}

TEST(Encoder, makes_the_unmasked_hello_of_the_rfc) {
  EXPECT_EQ(bytes(text_frame("Hello")), "\x81\x05Hello");
}

TEST(Encoder, writes_each_length_in_its_shortest_form) {
  for (const std::size_t size : {0, 1, 125, 126, 127, 255, 256, 65535, 65536, 70000}) {
    const std::string payload(size, 'e');
    EXPECT_EQ(bytes(text_frame(payload)), unmasked(1, payload)) << size;
  }
}

TEST(Encoder, makes_pings_and_pongs) {
  EXPECT_EQ(bytes(ping_frame()), std::string("\x89\x00", 2));
  EXPECT_EQ(bytes(ping_frame("abc")),
            "\x89\x03"
            "abc");
  EXPECT_EQ(bytes(pong_frame(std::string(125, 'p'))), unmasked(10, std::string(125, 'p')));
}

TEST(Encoder, makes_a_close_with_code_and_reason) {
  EXPECT_EQ(bytes(close_frame(CloseCode::normal)), "\x88\x02\x03\xE8");
  EXPECT_EQ(bytes(close_frame(CloseCode::too_slow, "too slow")), "\x88\x0A\x0F\xA8too slow");
}

TEST(Encoder, answers_a_close_without_a_code_in_kind) {
  EXPECT_EQ(bytes(close_frame(CloseCode::no_status, "unused")), std::string("\x88\x00", 2));
}

TEST(Encoder, cuts_a_long_close_reason_at_a_character) {
  const std::string fits(123, 'r');
  EXPECT_EQ(bytes(close_frame(CloseCode::normal, fits)), unmasked(8, "\x03\xE8" + fits));
  EXPECT_EQ(bytes(close_frame(CloseCode::normal, fits + "r")), unmasked(8, "\x03\xE8" + fits));
  const std::string before(121, 'r');
  EXPECT_EQ(bytes(close_frame(CloseCode::normal, before + "\xE2\x98\x83")), unmasked(8, "\x03\xE8" + before));
}

TEST(Encoder, makes_frames_that_copies_share) {
  const SharedBytes frame = text_frame("shared");
  const SharedBytes copy = frame;
  EXPECT_EQ(copy.view().data(), frame.view().data());
}

}  // namespace
}  // namespace parley::websocket::testing
