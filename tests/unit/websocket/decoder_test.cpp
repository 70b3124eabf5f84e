#include "websocket/decoder.h"

#include <gtest/gtest.h>

#include "support/websocket_frames.h"

// One test for each rule of RFC 6455 that binds a server reading a client's frames. That none of it depends
// on how the bytes arrive is the matter of decoder_split_test.cpp.
namespace parley::websocket::testing {
namespace {

using List = std::vector<Seen>;

// The code of the error that ends `bytes`, where nothing else comes of them; 0 if there is no such error.
int refusal(std::string_view bytes, std::uint32_t limit = Decoder::kDefaultLimit) {
  const List seen = decode(bytes, limit);
  if (seen.size() != 1 || seen[0].kind != Event::Kind::error || seen[0].payload.empty()) return 0;
  return static_cast<int>(seen[0].code);
}

TEST(Decoder, hands_out_the_masked_hello_of_the_rfc) {
  EXPECT_EQ(decode("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), List{saw_text("Hello")});
}

TEST(Decoder, hands_out_messages_of_every_length_form) {
  for (const std::size_t size : {0, 1, 125, 126, 127, 65535, 65536}) {
    const std::string message(size, 'm');
    EXPECT_EQ(decode(text(message)), List{saw_text(message)}) << size;
  }
}

TEST(Decoder, hands_out_all_frames_of_one_input_in_order) {
  EXPECT_EQ(decode(text("one") + ping("two") + text("three") + pong("four")),
            (List{saw_text("one"), saw_ping("two"), saw_text("three"), saw_pong("four")}));
}

TEST(Decoder, leaves_a_whole_message_where_it_lies_and_allocates_nothing) {
  std::string bytes = text("in place");
  std::span<char> input(bytes);
  Decoder decoder;
  const Event event = decoder.next(input);
  EXPECT_EQ(event.payload, "in place");
  EXPECT_EQ(event.payload.data(), bytes.data() + 6);
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(Decoder, accepts_a_mask_of_zeros) {
  EXPECT_EQ(decode(bytes_of({.payload = "plain", .key = {0, 0, 0, 0}})), List{saw_text("plain")});
}

// Section 5.1.
TEST(Decoder, refuses_an_unmasked_frame) {
  EXPECT_EQ(decode(text("hi")), List{saw_text("hi")});
  EXPECT_EQ(refusal(bytes_of({.payload = "hi", .masked = false})), 1002);
  EXPECT_EQ(refusal(bytes_of({.opcode = 9, .masked = false})), 1002);
}

// Section 5.2.
TEST(Decoder, refuses_each_reserved_bit) {
  for (const unsigned reserved : {1u, 2u, 4u}) {
    EXPECT_EQ(refusal(bytes_of({.payload = "hi", .reserved = reserved})), 1002) << reserved;
    EXPECT_EQ(refusal(bytes_of({.opcode = 9, .reserved = reserved})), 1002) << reserved;
  }
}

TEST(Decoder, refuses_unknown_opcodes) {
  for (const unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
    EXPECT_EQ(refusal(bytes_of({.opcode = opcode, .payload = "hi"})), 1002) << opcode;
  }
}

TEST(Decoder, refuses_lengths_that_are_not_in_their_shortest_form) {
  for (const std::size_t length : {0, 1, 125}) {
    EXPECT_EQ(refusal(header_of({.form = LengthForm::sixteen_bits}, length)), 1002) << length;
  }
  for (const std::size_t length : {0, 125, 126, 65535}) {
    EXPECT_EQ(refusal(header_of({.form = LengthForm::sixty_four_bits}, length)), 1002) << length;
  }
}

TEST(Decoder, refuses_a_length_whose_highest_bit_is_set) {
  EXPECT_EQ(refusal(header_of({}, std::uint64_t{1} << 63)), 1002);
  EXPECT_EQ(refusal(header_of({}, ~std::uint64_t{0})), 1002);
  EXPECT_EQ(refusal(header_of({}, (std::uint64_t{1} << 63) - 1)), 1009);
}

TEST(Decoder, refuses_binary_messages_with_a_code_of_their_own) {
  EXPECT_EQ(refusal(bytes_of({.opcode = 2, .payload = "hi"})), 1003);
  EXPECT_EQ(refusal(bytes_of({.opcode = 2, .payload = "hi", .fin = false})), 1003);
}

// Section 5.4.
TEST(Decoder, puts_fragments_together) {
  EXPECT_EQ(decode(text_start("He") + continuation("ll") + last_part("o")), List{saw_text("Hello")});
}

TEST(Decoder, takes_empty_fragments) {
  EXPECT_EQ(decode(text_start("") + continuation("") + last_part("")), List{saw_text("")});
  EXPECT_EQ(decode(text_start("") + last_part("late")), List{saw_text("late")});
  EXPECT_EQ(decode(text_start("early") + last_part("")), List{saw_text("early")});
}

TEST(Decoder, hands_out_control_frames_between_fragments_at_once) {
  EXPECT_EQ(decode(text_start("He") + ping("now") + continuation("ll") + pong("") + last_part("o")),
            (List{saw_ping("now"), saw_pong(""), saw_text("Hello")}));
}

TEST(Decoder, obeys_a_close_between_fragments) {
  EXPECT_EQ(decode(text_start("He") + close(1001) + last_part("llo")), List{saw_close(CloseCode::going_away)});
}

TEST(Decoder, refuses_a_continuation_of_nothing) {
  EXPECT_EQ(refusal(last_part("hi")), 1002);
  EXPECT_EQ(refusal(continuation("hi")), 1002);
}

TEST(Decoder, refuses_a_continuation_of_a_message_that_is_complete) {
  const List seen = decode(text_start("a") + last_part("b") + last_part("c"));
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0], saw_text("ab"));
  EXPECT_EQ(seen[1].code, CloseCode::protocol_error);
}

TEST(Decoder, refuses_a_message_within_a_message) {
  EXPECT_EQ(refusal(text_start("a") + text("b")), 1002);
  EXPECT_EQ(refusal(text_start("") + text_start("b")), 1002);
  EXPECT_EQ(refusal(text_start("a") + bytes_of({.opcode = 2, .payload = "b"})), 1002);
}

// Section 5.5.
TEST(Decoder, takes_control_frames_of_125_bytes_and_refuses_longer_ones) {
  const std::string most(125, 'p');
  EXPECT_EQ(decode(ping(most)), List{saw_ping(most)});
  EXPECT_EQ(decode(pong(most)), List{saw_pong(most)});
  for (const unsigned opcode : {8u, 9u, 10u}) {
    EXPECT_EQ(refusal(bytes_of({.opcode = opcode, .payload = most + "p"})), 1002) << opcode;
    EXPECT_EQ(refusal(header_of({.opcode = opcode}, 65536)), 1002) << opcode;
  }
}

TEST(Decoder, refuses_fragmented_control_frames) {
  for (const unsigned opcode : {8u, 9u, 10u}) {
    EXPECT_EQ(refusal(bytes_of({.opcode = opcode, .fin = false})), 1002) << opcode;
  }
}

TEST(Decoder, hands_out_what_a_ping_carries_whatever_bytes_it_is) {
  const std::string bytes("\x00\xff\xc0\x80", 4);
  EXPECT_EQ(decode(ping(bytes)), List{saw_ping(bytes)});
}

// Section 5.5.1 and 7.4.
TEST(Decoder, tells_the_code_and_the_reason_of_a_close) {
  EXPECT_EQ(decode(close(1000, "bye \xE2\x98\x83")), List{saw_close(CloseCode::normal, "bye \xE2\x98\x83")});
  EXPECT_EQ(decode(close(1001)), List{saw_close(CloseCode::going_away)});
  const std::string longest(kMaxCloseReason, 'r');
  EXPECT_EQ(decode(close(1000, longest)), List{saw_close(CloseCode::normal, longest)});
}

TEST(Decoder, takes_a_close_without_a_code) {
  EXPECT_EQ(decode(close_with("")), List{saw_close(CloseCode::no_status)});
}

TEST(Decoder, refuses_a_close_with_half_a_code) {
  EXPECT_EQ(refusal(close_with("\x03")), 1002);
}

TEST(Decoder, takes_exactly_the_close_codes_that_may_be_sent) {
  for (unsigned code = 0; code <= 65535; ++code) {
    const bool good =
        (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    const List seen = decode(close(code));
    ASSERT_EQ(seen.size(), 1u);
    ASSERT_EQ(seen[0].kind, good ? Event::Kind::close : Event::Kind::error) << code;
    ASSERT_EQ(static_cast<unsigned>(seen[0].code), good ? code : 1002u) << code;
  }
}

TEST(Decoder, refuses_a_close_reason_that_is_not_utf8) {
  EXPECT_EQ(refusal(close(1000, "\xff")), 1007);
  EXPECT_EQ(refusal(close(1000, "cut \xE2\x98")), 1007);
}

TEST(Decoder, discards_whatever_follows_a_close) {
  EXPECT_EQ(decode(text("a") + close(1000) + text("b") + "\xff\xff\xff"),
            (List{saw_text("a"), saw_close(CloseCode::normal)}));
  Decoder decoder;
  List seen;
  feed(decoder, close(1000), seen);
  feed(decoder, text("later"), seen);
  EXPECT_EQ(seen, List{saw_close(CloseCode::normal)});
}

TEST(Decoder, discards_whatever_follows_an_error) {
  EXPECT_EQ(refusal(bytes_of({.payload = "hi", .masked = false}) + text("b")), 1002);
}

// Section 8.1.
TEST(Decoder, refuses_text_that_is_not_utf8) {
  EXPECT_EQ(refusal(text("\xff")), 1007);
  EXPECT_EQ(refusal(text("overlong \xc0\xaf")), 1007);
  EXPECT_EQ(refusal(text("surrogate \xed\xa0\x80")), 1007);
  EXPECT_EQ(refusal(text("beyond \xf4\x90\x80\x80")), 1007);
}

TEST(Decoder, refuses_text_that_ends_within_a_character) {
  EXPECT_EQ(refusal(text("\xE2\x98")), 1007);
  EXPECT_EQ(refusal(text_start("\xE2\x98") + last_part("")), 1007);
}

TEST(Decoder, takes_a_character_that_is_cut_by_fragments) {
  EXPECT_EQ(decode(text_start("\xF0\x9F") + ping("") + continuation("\x98") + last_part("\x80")),
            (List{saw_ping(""), saw_text("\xF0\x9F\x98\x80")}));
}

TEST(Decoder, does_not_carry_half_a_character_into_the_next_message) {
  const List seen = decode(text("fine") + text_start("\xE2") + last_part("\x98\x83") + text("\x98\x83"));
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[1], saw_text("\xE2\x98\x83"));
  EXPECT_EQ(seen[2].code, CloseCode::invalid_payload);
}

TEST(Decoder, refuses_bad_text_at_its_first_bad_byte) {
  const std::string good = "\xE2\x98\x83 snow \xE2";
  const std::string whole = bytes_of({.payload = good + "\x28 and a lot more", .fin = false});
  const std::size_t bad_byte = 6 + good.size();
  EXPECT_EQ(decode(whole.substr(0, bad_byte)), List{});
  EXPECT_EQ(refusal(whole.substr(0, bad_byte + 1)), 1007);
}

TEST(Decoder, refuses_a_bad_character_at_the_first_byte_that_spoils_it) {
  const std::string surrogate = text("\xED\xA0\x80");
  EXPECT_EQ(decode(surrogate.substr(0, 7)), List{});
  EXPECT_EQ(refusal(surrogate.substr(0, 8)), 1007);
}

// The limit.
TEST(Decoder, takes_a_message_of_the_limit_and_refuses_one_byte_more) {
  EXPECT_EQ(decode(text(std::string(1000, 'm')), 1000), List{saw_text(std::string(1000, 'm'))});
  EXPECT_EQ(refusal(text(std::string(1001, 'm')), 1000), 1009);
  EXPECT_EQ(refusal(text(std::string(65537, 'm'))), 1009);
}

TEST(Decoder, refuses_a_message_over_the_limit_by_its_header_alone) {
  const std::string header = header_of({}, 1001);
  EXPECT_EQ(refusal(header.substr(0, 4), 1000), 1009);  // before the mask has come
  EXPECT_EQ(refusal(header_of({}, std::uint64_t{1} << 40).substr(0, 10)), 1009);
}

TEST(Decoder, counts_all_fragments_of_a_message_against_the_limit) {
  const std::string start = text_start(std::string(600, 'a'));
  EXPECT_EQ(decode(start + last_part(std::string(400, 'b')), 1000),
            List{saw_text(std::string(600, 'a') + std::string(400, 'b'))});
  EXPECT_EQ(refusal(start + header_of({.opcode = 0}, 401), 1000), 1009);
}

TEST(Decoder, does_not_count_control_frames_or_earlier_messages_against_the_limit) {
  const std::string message = text_start(std::string(10, 'a')) + ping(std::string(125, 'p')) + last_part("");
  const List one = {saw_ping(std::string(125, 'p')), saw_text(std::string(10, 'a'))};
  EXPECT_EQ(decode(message + message, 10), (List{one[0], one[1], one[0], one[1]}));
}

TEST(Decoder, takes_only_empty_messages_under_a_limit_of_zero) {
  EXPECT_EQ(decode(text(""), 0), List{saw_text("")});
  EXPECT_EQ(refusal(text("x"), 0), 1009);
}

// Memory.
TEST(Decoder, holds_no_more_than_was_received_whatever_a_header_announces) {
  Decoder decoder;
  List seen;
  feed(decoder, header_of({.key = {0, 0, 0, 0}}, 65536), seen);
  EXPECT_EQ(decoder.held_bytes(), 0u);
  feed(decoder, std::string(1000, 'x'), seen);
  EXPECT_GE(decoder.held_bytes(), 1000u);
  EXPECT_LE(decoder.held_bytes(), 2000u);
}

TEST(Decoder, holds_nothing_once_a_message_is_complete) {
  const std::string bytes = text(std::string(500, 'm'));
  Decoder decoder;
  List seen;
  feed(decoder, std::string_view(bytes).substr(0, 100), seen);
  EXPECT_GT(decoder.held_bytes(), 0u);
  feed(decoder, std::string_view(bytes).substr(100), seen);
  EXPECT_EQ(seen, List{saw_text(std::string(500, 'm'))});
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(Decoder, holds_nothing_once_it_has_refused) {
  Decoder decoder;
  List seen;
  feed(decoder, text_start(std::string(500, 'm')), seen);
  EXPECT_GT(decoder.held_bytes(), 0u);
  feed(decoder, last_part("\xff"), seen);
  EXPECT_EQ(decoder.held_bytes(), 0u);
}

TEST(Decoder, holds_at_most_the_limit_and_a_control_frame) {
  Decoder decoder(1000);
  List seen;
  std::size_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    feed(decoder, continuation("m").replace(0, 1, i == 0 ? "\x01" : std::string(1, '\0')), seen);
    most = std::max(most, decoder.held_bytes());
  }
  feed(decoder, ping(std::string(125, 'p')).substr(0, 130), seen);
  EXPECT_EQ(seen, List{});
  EXPECT_LE(std::max(most, decoder.held_bytes()), 1125u);
}

}  // namespace
}  // namespace parley::websocket::testing
