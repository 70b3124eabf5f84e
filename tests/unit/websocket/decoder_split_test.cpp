#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "support/websocket_frames.h"
#include "websocket/decoder.h"

// However a stream is cut into reads, the decoder must say the same.
namespace parley::websocket::testing {
namespace {

constexpr std::uint32_t kLimit = 1000;

struct Stream {
  const char* name;
  std::string bytes;
};

std::vector<Stream> corpus() {
  const std::string snow = "\xE2\x98\x83 \xF0\x9F\x98\x80 \xC3\xA9";
  const std::string middling = std::string(150, 'x') + snow;
  return {
      {"short text", text("Hello")},
      {"empty text", text("") + text("")},
      {"multi-byte text", text(snow)},
      {"text of 126", text(std::string(126, 't'))},
      {"text of the limit", text(std::string(kLimit, 't')) + text("after")},
      {"several frames", text("one") + ping("two") + pong("three") + text("four") + ping("")},
      {"fragments", text_start("He") + continuation("ll") + last_part("o") + text("after")},
      {"empty fragments", text_start("") + continuation("") + last_part("") + text("after")},
      {"late fragment", text_start("") + last_part(middling)},
      {"control in between", text_start(middling) + ping("now") + continuation(snow) + ping(std::string(125, 'p')) +
                                 pong("") + last_part(middling) + text("after")},
      {"control before content", text_start("") + ping(std::string(125, 'p')) + last_part("x")},
      {"characters cut by fragments", text_start("\xF0\x9F") + ping("\xff") + continuation("\x98") + last_part("\x80")},
      {"close", text("last") + close(1000, "bye " + snow) + text("ignored")},
      {"close between fragments", text_start("He") + close(4001, "out") + last_part("llo")},
      {"empty close", close_with("") + text("ignored")},
      {"half a code", text("a") + close_with("\x03")},
      {"bad close code", close(1005, "x")},
      {"bad close reason", close(1000, "good \xff")},
      {"unmasked", text("a") + bytes_of({.payload = "b", .masked = false}) + text("c")},
      {"reserved bit", text_start("a") + bytes_of({.opcode = 0, .reserved = 4}) + text("c")},
      {"unknown opcode", bytes_of({.opcode = 3, .payload = "b"}) + text("c")},
      {"binary", text("a") + bytes_of({.opcode = 2, .payload = "b"})},
      {"long form of a short length", text("a") + bytes_of({.payload = "b", .form = LengthForm::sixteen_bits})},
      {"longest form of a short length", bytes_of({.payload = middling, .form = LengthForm::sixty_four_bits})},
      {"over the limit", text("a") + text(std::string(kLimit + 1, 't'))},
      {"over the limit, long", text("a") + header_of({}, 1 << 20) + "tttt"},
      {"over the limit by fragments", text_start(std::string(600, 'a')) + ping("") + last_part(std::string(401, 'b'))},
      {"highest length", header_of({}, ~std::uint64_t{0}) + "t"},
      {"long ping", ping(std::string(126, 'p'))},
      {"fragmented ping", bytes_of({.opcode = 9, .payload = "p", .fin = false})},
      {"continuation of nothing", text("a") + last_part("b")},
      {"message within a message", text_start("a") + text("b")},
      {"bad text", text("good") + text(middling + "\xC0\xAF and more")},
      {"bad text across fragments", text_start(middling + "\xE2") + ping("p") + last_part("\x28")},
      {"text that ends within a character", text(middling + "\xE2\x98") + text("after")},
      {"last fragment ends within a character", text_start("\xE2") + last_part("\x98")},
      {"unfinished", text("a") + text_start(middling) + ping("pong me").substr(0, 9)},
  };
}

// Also checks, after each piece, what the decoder may hold.
std::vector<Seen> decode_cut(std::string_view bytes, std::vector<std::size_t> cuts) {
  Decoder decoder(kLimit);
  std::vector<Seen> seen;
  std::size_t from = 0;
  cuts.push_back(bytes.size());
  for (const std::size_t cut : cuts) {
    feed(decoder, bytes.substr(from, cut - from), seen);
    from = cut;
    EXPECT_LE(decoder.held_bytes(), kLimit + kMaxControlPayload);
    EXPECT_LE(decoder.held_bytes(), std::max<std::size_t>(128, 2 * cut));
  }
  return seen;
}

TEST(DecoderSplits, corpus_reaches_every_kind_of_event_and_code) {
  std::set<std::pair<Event::Kind, CloseCode>> reached;
  for (const Stream& stream : corpus()) {
    for (const Seen& seen : decode(stream.bytes, kLimit)) reached.emplace(seen.kind, seen.code);
  }
  for (const auto kind : {Event::Kind::text, Event::Kind::ping, Event::Kind::pong}) {
    EXPECT_TRUE(reached.contains({kind, CloseCode::no_status}));
  }
  for (const auto code : {CloseCode::protocol_error, CloseCode::unsupported_data, CloseCode::invalid_payload,
                          CloseCode::message_too_big}) {
    EXPECT_TRUE(reached.contains({Event::Kind::error, code})) << static_cast<int>(code);
  }
  EXPECT_TRUE(reached.contains({Event::Kind::close, CloseCode::normal}));
  EXPECT_TRUE(reached.contains({Event::Kind::close, CloseCode::no_status}));
}

TEST(DecoderSplits, a_cut_anywhere_changes_nothing) {
  for (const Stream& stream : corpus()) {
    const std::vector<Seen> whole = decode(stream.bytes, kLimit);
    for (std::size_t cut = 0; cut <= stream.bytes.size(); ++cut) {
      ASSERT_EQ(decode_cut(stream.bytes, {cut}), whole) << stream.name << ", cut at " << cut;
    }
  }
}

TEST(DecoderSplits, a_byte_at_a_time_changes_nothing) {
  for (const Stream& stream : corpus()) {
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 1; cut < stream.bytes.size(); ++cut) cuts.push_back(cut);
    ASSERT_EQ(decode_cut(stream.bytes, cuts), decode(stream.bytes, kLimit)) << stream.name;
  }
}

TEST(DecoderSplits, two_cuts_anywhere_in_a_short_stream_change_nothing) {
  for (const Stream& stream : corpus()) {
    if (stream.bytes.size() > 60) continue;
    const std::vector<Seen> whole = decode(stream.bytes, kLimit);
    for (std::size_t first = 0; first <= stream.bytes.size(); ++first) {
      for (std::size_t second = first; second <= stream.bytes.size(); ++second) {
        ASSERT_EQ(decode_cut(stream.bytes, {first, second}), whole)
            << stream.name << ", cut at " << first << " and " << second;
      }
    }
  }
}

// The corpus' limit leaves no room for lengths of 64 bits.
TEST(DecoderSplits, a_cut_in_the_longest_header_or_beside_it_changes_nothing) {
  const std::string message(70000, 'x');
  const std::string bytes = text(message) + text("after");
  for (std::size_t cut = 0; cut <= 40; ++cut) {
    Decoder decoder(1 << 17);
    std::vector<Seen> seen;
    feed(decoder, bytes.substr(0, cut), seen);
    feed(decoder, bytes.substr(cut, 1), seen);
    feed(decoder, bytes.substr(cut + 1), seen);
    ASSERT_EQ(seen, (std::vector<Seen>{saw_text(message), saw_text("after")})) << cut;
  }
}

TEST(DecoderSplits, pieces_of_any_size_change_nothing_in_a_long_stream) {
  std::string bytes;
  std::vector<Seen> expected;
  for (int i = 0; i < 40; ++i) {
    const std::string message(static_cast<std::size_t>(i * 25), static_cast<char>('a' + i % 26));
    const std::size_t third = message.size() / 3;
    bytes += text(message) + text_start(message.substr(0, third)) + ping("p") +
             continuation(message.substr(third, third)) + last_part(message.substr(2 * third));
    expected.insert(expected.end(), {saw_text(message), saw_ping("p"), saw_text(message)});
  }
  for (std::size_t size = 1; size <= 200; ++size) {
    std::vector<std::size_t> cuts;
    for (std::size_t cut = size; cut < bytes.size(); cut += size) cuts.push_back(cut);
    ASSERT_EQ(decode_cut(bytes, cuts), expected) << size;
  }
}

}  // namespace
}  // namespace parley::websocket::testing
