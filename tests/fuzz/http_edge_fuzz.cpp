#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "api/assets.h"
#include "api/edge.h"
#include "api/fields.h"
#include "api/request_reader.h"
#include "api/response_text.h"
#include "core/log.h"
#include "core/utf8.h"

// What must hold for the HTTP edge whatever comes, from the bytes of a connection to the bytes of the answers:
// - the same requests come out, or the same refusal, however the bytes are cut;
// - a request that comes out has a clean path, valid text, and a body within its limit;
// - every request has one answer, with the security headers; nothing is thrown.
//
// An input is one byte that says how many piece sizes follow, those (a byte each, used in turn), and the bytes.
namespace parley::api {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

Task<Result<Response>> read_fields(Request request) {
  Fields fields = Fields::json_or_form(request);
  const auto name = fields.text("name", {.least = 1, .most = 8});
  fields.optional_number("count", 0, 9);
  fields.optional_flag("on");
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  require(utf8::valid(name) && name.find('\0') == std::string::npos, "a text is clean");
  co_return json_response(200, "{}");
}

Task<Result<Response>> read_query(Request request) {
  Fields fields = Fields::of_query(request);
  fields.optional_text("q");
  fields.optional_number("limit", 1, 100);
  if (auto ok = fields.finish(); !ok) co_return ok.error();
  co_return no_content();
}

Task<Result<Identity>> authenticate(std::string token, std::string) {
  if (token != "t") co_return refuse(Code::unauthorized);
  co_return Identity{};
}

/// One edge for all inputs.
struct Setup {
  Setup() {
    router.add(Method::post, "/a", Access::open, read_fields);
    router.add(Method::get, "/a/{id}", Access::signed_in, read_query);
  }

  Router router;
  Origins origins{{"https://a.b"}};
  TrustedProxies proxies{{"127.0.0.1"}};
  Assets assets;
  Edge edge{{.router = router,
             .origins = origins,
             .proxies = proxies,
             .authenticate = authenticate,
             .fallback = [this](const Request& request) { return assets.find(request); },
             .on_upgrade = [](Upgrade) {}}};
};

Setup& setup() {
  static Setup instance;
  return instance;
}

void check_request(const Request& request) {
  require(request.path == "*" || request.path.starts_with('/'), "a path starts with a slash");
  require(utf8::valid(request.path), "a path is UTF-8");
  require(("/" + request.path + "/").find("/../") == std::string::npos, "no path leads upwards");
  require(request.body.size() <= kBodyLimit, "a body keeps its limit");
  for (const auto& [name, value] : request.headers) {
    require(utf8::valid(value), "a header is UTF-8");
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a header is one line");
  }
}

void check_answer(const Response& response) {
  const auto head = response_head(response, {});
  require(head.starts_with("HTTP/1.1 ") && head.ends_with("\r\n\r\n"), "an answer has a head");
  require(head.find("\r\n\r\n") == head.size() - 4, "an answer's head ends once");
  require(head.find("\r\nContent-Security-Policy: ") != std::string::npos, "an answer has the security headers");
  require(!reason_phrase(response.status).empty(), "a status has words");
}

template <class T>
T run(Task<T> task) {
  asio::io_context context;
  std::optional<T> result;
  asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T value) {
    require(!thrown, "nothing is thrown");
    result.emplace(std::move(value));
  });
  context.run();
  require(result.has_value(), "there is an answer");
  return std::move(*result);
}

/// What one reading of the bytes gave, for comparison: a line for each request, and for the refusal.
using Story = std::vector<std::string>;

std::string told(const Request& request) {
  std::string line(to_string(request.method));
  line.append(" ").append(request.path).append("|").append(request.body);
  for (const auto& [name, value] : request.headers) line.append("|").append(name).append("=").append(value);
  for (const auto& [name, value] : request.query) line.append("|").append(name).append("=").append(value);
  return line;
}

/// Everything that can be read now; false after a refusal.
bool read_all(RequestReader& reader, Story& story, std::vector<RequestHead>& heads) {
  for (;;) {
    const auto event = reader.next();
    if (!event) {
      story.push_back("refused " + std::to_string(static_cast<int>(event.error().code)));
      return false;
    }
    if (*event == RequestReader::Event::need_more) return true;
    if (*event == RequestReader::Event::head) {
      setup().edge.introduce(reader.head().request, {"127.0.0.1", false});
      heads.push_back(reader.head());
      if (const auto accepted = reader.accept_body(setup().edge.body_limit(reader.head())); !accepted) {
        story.push_back("too large");
        return false;
      }
      continue;
    }
    heads.back().request = reader.take();
    story.push_back(told(heads.back().request));
  }
}

Story read(std::string_view bytes, std::string_view sizes, std::vector<RequestHead>& heads) {
  Story story;
  RequestReader reader;
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const std::size_t size = sizes.empty() ? bytes.size() : static_cast<unsigned char>(sizes[turn % sizes.size()]) + 1u;
    reader.feed(bytes.substr(0, size));
    bytes.remove_prefix(std::min(size, bytes.size()));
    if (!read_all(reader, story, heads)) break;
  }
  return story;
}

void answer(RequestHead head) {
  check_request(head.request);
  if (setup().edge.is_websocket(head.request)) {
    const auto admission = run(setup().edge.admit(std::move(head)));
    if (const auto* response = std::get_if<Response>(&admission)) check_answer(*response);
    return;
  }
  const auto method = head.method;
  check_answer(run(setup().edge.answer(method, std::move(head.request))));
}

void check(std::string_view data) {
  if (data.empty()) return;
  const std::size_t count = std::min<std::size_t>(static_cast<unsigned char>(data[0]) % 8, data.size() - 1);
  const auto sizes = data.substr(1, count);
  const auto bytes = data.substr(1 + count);
  std::vector<RequestHead> heads;
  std::vector<RequestHead> again;
  const auto whole = read(bytes, {}, heads);
  const auto pieces = read(bytes, sizes, again);
  require(whole == pieces, "the same comes out however it is cut");
  for (auto& head : heads) answer(std::move(head));
}

}  // namespace
}  // namespace parley::api

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  parley::log::configure(parley::log::Level::error, parley::log::Format::plain);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::api::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
