#include "api/body_decoder.h"

#include <algorithm>
#include <charconv>

namespace parley::api {
namespace {

constexpr std::size_t kOverheadOfAByte = 6;  // a chunk of one byte: "1", CR LF, the byte, CR LF
constexpr std::size_t kOverhead = 1024;      // and room for the end, a trailer, an extension
constexpr std::size_t kLongestLine = 1024;   // a size with its extensions, or a trailer field

bool is_text(std::string_view line) {
  return std::ranges::all_of(line,
                             [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

}  // namespace

BodyDecoder::BodyDecoder(Framing framing, std::size_t limit)
    : remaining_(static_cast<std::size_t>(framing.content_length)),
      limit_(limit),
      overhead_(limit * kOverheadOfAByte + kOverhead) {
  if (framing.chunked) {
    state_ = State::size_line;
  } else if (remaining_ != 0) {
    state_ = State::fixed;
  }
}

Result<std::size_t> BodyDecoder::decode(std::string_view bytes) {
  std::size_t used = 0;
  while (!done()) {
    const auto step_used = step(bytes.substr(used));
    if (!step_used) return step_used.error();
    if (*step_used == 0) break;
    used += *step_used;
  }
  return used;
}

Result<std::size_t> BodyDecoder::step(std::string_view bytes) {
  if (state_ == State::fixed || state_ == State::data) return take_data(bytes);
  const auto end = bytes.find('\n');
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end + 1;
  if (size > std::min(overhead_, kLongestLine))
    return refuse(Code::body_too_large, "The body's chunks are mostly padding.");
  if (end == std::string_view::npos) return std::size_t{0};
  if (end == 0 || bytes[end - 1] != '\r') return bad_request("A chunk's line does not end with CR LF.");
  overhead_ -= size;
  if (auto taken = take_line(bytes.substr(0, end - 1)); !taken) return taken.error();
  return size;
}

std::size_t BodyDecoder::take_data(std::string_view bytes) {
  const auto part = bytes.substr(0, remaining_);
  body_ += part;
  remaining_ -= part.size();
  if (remaining_ == 0) state_ = state_ == State::fixed ? State::done : State::data_end;
  return part.size();
}

Result<void> BodyDecoder::take_line(std::string_view line) {
  if (!is_text(line)) return bad_request("A chunk's line has a control character.");
  if (state_ == State::size_line) return take_size_line(line);
  if (state_ == State::data_end) {
    if (!line.empty()) return bad_request("A chunk is longer than it says.");
    state_ = State::size_line;
  } else if (line.empty()) {
    state_ = State::done;
  } else if (line.find(':') == std::string_view::npos || line.find(':') == 0 || line[0] == ' ' || line[0] == '\t') {
    return bad_request("A trailer field is malformed.");
  }
  return {};
}

Result<void> BodyDecoder::take_size_line(std::string_view line) {
  constexpr std::size_t kMostDigits = 8;
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error == std::errc::result_out_of_range || digits > kMostDigits) return refuse(Code::body_too_large);
  if (error != std::errc()) return bad_request("A chunk's size is malformed.");
  const auto rest = line.substr(digits);
  if (!rest.empty() && rest[0] != ';') return bad_request("A chunk's size is malformed.");
  if (size > limit_ - body_.size()) {
    return refuse(Code::body_too_large, "The body may have " + std::to_string(limit_) + " bytes.");
  }
  remaining_ = size;
  state_ = size == 0 ? State::trailer : State::data;
  return {};
}

}  // namespace parley::api
