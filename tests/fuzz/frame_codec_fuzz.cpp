#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "../../bench/client_codec.h"
#include "core/utf8.h"
#include "support/websocket_frames.h"
#include "support/websocket_reference.h"
#include "websocket/decoder.h"
#include "websocket/encoder.h"

// What must hold for the frame codec whatever comes:
// - a stream gives the same events however it is cut, and the same as a plain second implementation;
// - the decoder holds no more than its limit allows, nor much more than it was sent;
// - what a client encodes the decoder gives back, and what the encoder makes a client reads.
//
// An input is one byte that picks the limit, one that says how many piece sizes follow, those (a byte each,
// used in turn), and the stream.
namespace parley::websocket::testing {
namespace {

constexpr std::uint32_t kLimits[] = {0, 1, 16, 125, 130, 1000, 4096, Decoder::kDefaultLimit};

struct Input {
  std::uint32_t limit;
  std::string_view sizes;
  std::string_view stream;
};

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

void require_equal(const std::vector<Seen>& left, const std::vector<Seen>& right, const char* what) {
  if (left == right) return;
  for (const Seen& seen : left) std::cerr << "  got      " << seen << '\n';
  for (const Seen& seen : right) std::cerr << "  expected " << seen << '\n';
  require(false, what);
}

Input split_input(std::string_view data) {
  const auto byte = [&data](std::size_t at) { return static_cast<unsigned char>(data[at]); };
  if (data.size() < 2) return {kLimits[0], {}, {}};
  const std::size_t sizes = std::min<std::size_t>(byte(1) % 16, data.size() - 2);
  return {kLimits[byte(0) % std::size(kLimits)], data.substr(2, sizes), data.substr(2 + sizes)};
}

// Calls `take` with the pieces of `bytes`, one after the other. Without sizes, that is one.
template <class Take>
void in_pieces(std::string_view bytes, std::string_view sizes, Take&& take) {
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const std::size_t size = sizes.empty() ? bytes.size() : static_cast<unsigned char>(sizes[turn % sizes.size()]) + 1u;
    const std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(piece.size());
    take(piece);
  }
}

std::vector<Seen> decode_in_pieces(std::string_view bytes, const Input& input) {
  Decoder decoder(input.limit);
  std::vector<Seen> seen;
  std::size_t sent = 0;
  in_pieces(bytes, input.sizes, [&](std::string_view piece) {
    feed(decoder, piece, seen);
    sent += piece.size();
    require(decoder.held_bytes() <= std::size_t{input.limit} + kMaxControlPayload, "the limit bounds the memory");
    require(decoder.held_bytes() <= std::max<std::size_t>(2 * sent, 128), "memory follows what was sent");
  });
  return seen;
}

void check_stream(const Input& input) {
  const std::vector<Seen> whole = decode(input.stream, input.limit);
  require_equal(decode_in_pieces(input.stream, input), whole, "cuts change nothing");
  std::vector<Seen> bare = whole;
  for (Seen& seen : bare) {
    require(seen.kind != Event::Kind::error || !seen.payload.empty(), "an error says why");
    if (seen.kind == Event::Kind::error) seen.payload.clear();
  }
  require_equal(bare, ReferenceDecoder(input.stream, input.limit).seen(), "the reference says the same");
}

// The stream as a message, in fragments as the sizes say, a ping after each. Not for long ones: a fragment a
// byte makes the wire so many times longer that hardly a run a second would be left.
void check_messages_of_a_client(const Input& input) {
  constexpr std::size_t kMost = 4096;
  if (input.stream.size() > std::min<std::size_t>(input.limit, kMost) || !utf8::valid(input.stream)) return;
  std::string wire;
  std::vector<Seen> expected;
  bool first = true;
  MaskKey key = 0x9E3779B9;
  in_pieces(input.stream, input.sizes, [&](std::string_view piece) {
    bench::append_frame(wire, first ? Opcode::text : Opcode::continuation, piece, key, false);
    bench::append_frame(wire, Opcode::ping, piece.substr(0, kMaxControlPayload), key ^ 1);
    expected.push_back(saw_ping(std::string(piece.substr(0, kMaxControlPayload))));
    first = false;
    key = key * 1664525 + 1013904223;
  });
  bench::append_frame(wire, first ? Opcode::text : Opcode::continuation, {}, key);
  expected.push_back(saw_text(std::string(input.stream)));
  require_equal(decode_in_pieces(wire, input), expected, "a client's fragments are put together");
}

void check_frames_of_the_server(const Input& input) {
  const std::string_view control = input.stream.substr(0, kMaxControlPayload);
  const bool is_text = utf8::valid(input.stream);
  const std::vector<SharedBytes> frames = {
      text_frame(is_text ? input.stream : "x"), ping_frame(control), pong_frame(control),
      close_frame(CloseCode::too_slow, is_text ? input.stream : "x"), close_frame(CloseCode::no_status)};
  std::string wire;
  for (const SharedBytes& frame : frames) wire += frame.view();
  std::vector<std::string> payloads;
  bench::FrameReader reader;
  in_pieces(wire, input.sizes, [&](std::string_view piece) {
    const bool good = reader.feed(piece, [&](const bench::ServerFrame& frame) {
      payloads.emplace_back(frame.payload);
      require(frame.fin, "the server does not fragment");
    });
    require(good, "a client can read the server's frames");
  });
  require(reader.at_boundary() && payloads.size() == frames.size(), "no frame is lost");
  require(payloads[0] == (is_text ? input.stream : "x"), "a text arrives as it was sent");
  require(payloads[1] == control && payloads[2] == control, "so do pings and pongs");
  require(payloads[3].size() <= kMaxControlPayload && utf8::valid(payloads[3].substr(2)), "a reason is whole");
  require(payloads[4].empty(), "no status is no payload");
}

}  // namespace
}  // namespace parley::websocket::testing

// Pieces of one byte, of which there are many, count as one byte in the quarantine but take 32 of memory:
// with its usual 256 MB a long run would reach libFuzzer's limit.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=16";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::websocket::testing;
  const Input input = split_input({reinterpret_cast<const char*>(data), size});
  check_stream(input);
  check_messages_of_a_client(input);
  check_frames_of_the_server(input);
  return 0;
}
