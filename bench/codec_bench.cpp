#include <algorithm>
#include <array>
#include <benchmark/benchmark.h>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "client_codec.h"
#include "core/utf8.h"
#include "websocket/decoder.h"
#include "websocket/encoder.h"
#include "websocket/send_queue.h"

// What one message, one byte, one delivery costs in the codec alone.
namespace parley::websocket {
namespace {

constexpr MaskKey kKey = 0x3D21FA37;
constexpr std::size_t kReadSize = 64 * 1024;  // one read of the shared buffer

std::string ascii(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

// Text of two- to four-byte characters only.
std::string many_bytes(std::size_t size, std::string_view character) {
  std::string text;
  while (text.size() + character.size() <= size) text += character;
  return text;
}

// One read full of messages, which are decoded again and again. Restoring the read, which the decoder unmasks
// in place, is measured by BM_Copy and part of what these report.
void decode_reads(benchmark::State& state, const std::string& message, std::size_t piece) {
  std::string wire;
  std::size_t count = 0;
  do {
    bench::append_frame(wire, Opcode::text, message, kKey);
    ++count;
  } while (wire.size() + message.size() + 14 <= kReadSize);
  std::vector<char> read(wire.size());
  Decoder decoder;
  std::size_t seen = 0;
  for (auto _ : state) {
    std::memcpy(read.data(), wire.data(), wire.size());
    std::span<char> rest(read);
    while (!rest.empty()) {
      std::span<char> input = rest.first(std::min(piece, rest.size()));
      rest = rest.subspan(input.size());
      for (Event event; (event = decoder.next(input)).kind != Event::Kind::need_more; ++seen) {
        benchmark::DoNotOptimize(event.payload.data());
      }
    }
  }
  if (seen != count * state.iterations()) state.SkipWithError("messages were lost");
  state.SetItemsProcessed(static_cast<std::int64_t>(seen));
  state.SetBytesProcessed(static_cast<std::int64_t>(seen * message.size()));
}

void BM_Copy(benchmark::State& state) {
  const std::string from = ascii(kReadSize);
  std::vector<char> to(from.size());
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * from.size()));
}
BENCHMARK(BM_Copy);

void BM_Unmask(benchmark::State& state) {
  std::string bytes = ascii(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(apply_mask(bytes, kKey));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(BM_Unmask)->Arg(16)->Arg(128)->Arg(4096)->Arg(65536);

void BM_DecodeWhole(benchmark::State& state) {
  decode_reads(state, ascii(static_cast<std::size_t>(state.range(0))), kReadSize * 2);
}
BENCHMARK(BM_DecodeWhole)->Arg(16)->Arg(128)->Arg(1024)->Arg(4096)->Arg(65536);

void BM_DecodeEmoji(benchmark::State& state) {
  decode_reads(state, many_bytes(static_cast<std::size_t>(state.range(0)), "\xF0\x9F\x98\x80"), kReadSize * 2);
}
BENCHMARK(BM_DecodeEmoji)->Arg(128)->Arg(4096);

// Every message is cut somewhere: the reads are of an odd size below that of a message.
void BM_DecodeCut(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  decode_reads(state, ascii(size), size * 2 / 3 | 1);
}
BENCHMARK(BM_DecodeCut)->Arg(128)->Arg(4096)->Arg(65536);

void validate(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(utf8::valid(text));
  if (!utf8::valid(text)) state.SkipWithError("the text is not valid");
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void BM_ValidateAscii(benchmark::State& state) {
  validate(state, ascii(static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(BM_ValidateAscii)->Arg(16)->Arg(128)->Arg(4096);

void BM_ValidateCyrillic(benchmark::State& state) {
  validate(state, many_bytes(4096, "\xD0\x96"));
}
BENCHMARK(BM_ValidateCyrillic);

void BM_ValidateChinese(benchmark::State& state) {
  validate(state, many_bytes(4096, "\xE4\xB8\xAD"));
}
BENCHMARK(BM_ValidateChinese);

void BM_ValidateEmoji(benchmark::State& state) {
  validate(state, many_bytes(4096, "\xF0\x9F\x98\x80"));
}
BENCHMARK(BM_ValidateEmoji);

void BM_ValidateGerman(benchmark::State& state) {
  validate(state, many_bytes(4096,
                             "sch\xC3\xB6ne Gr\xC3\xBC\xC3\x9F"
                             "e "));
}
BENCHMARK(BM_ValidateGerman);

void BM_CountCodePoints(benchmark::State& state) {
  const std::string text = many_bytes(4096, "\xE4\xB8\xAD");
  for (auto _ : state) benchmark::DoNotOptimize(utf8::count_code_points(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_CountCodePoints);

void BM_EncodeText(benchmark::State& state) {
  const std::string text = ascii(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(text_frame(text));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_EncodeText)->Arg(128)->Arg(1024);

// One shared frame to 1,000 connections, then one write each: all of a delivery but the system call.
void BM_FanOut(benchmark::State& state) {
  const auto batch = state.range(0);
  const std::string text = ascii(256);
  std::vector<std::unique_ptr<SendQueue>> queues(1000);
  for (auto& queue : queues) queue = std::make_unique<SendQueue>();
  for (auto _ : state) {
    for (int i = 0; i < batch; ++i) {
      const SharedBytes frame = text_frame(text);
      for (auto& queue : queues) queue->push(frame);
    }
    for (auto& queue : queues) {
      std::array<asio::const_buffer, SendQueue::kMaxGather> buffers;
      std::size_t size = 0;
      for (const auto& one : queue->gather(buffers)) size += one.size();
      queue->consumed(size);
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * queues.size()) * batch);
}
BENCHMARK(BM_FanOut)->Arg(1)->Arg(8)->Arg(64);

}  // namespace
}  // namespace parley::websocket

BENCHMARK_MAIN();
