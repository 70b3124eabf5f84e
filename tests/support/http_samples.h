#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "api/http.h"
#include "core/task.h"

namespace parley::test {

/// Runs a coroutine to its end on an io context of its own; rethrows what it throws.
template <class T>
T run(Task<T> task) {
  asio::io_context context;
  std::optional<T> result;
  std::exception_ptr failure;
  asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T value) {
    failure = thrown;
    if (!thrown) result.emplace(std::move(value));
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
  if (!result) throw std::logic_error("the coroutine did not end");
  return std::move(*result);
}

inline api::Request json_request(std::string body) {
  api::Request request;
  request.method = api::Method::post;
  request.path = "/";
  request.headers["content-type"] = "application/json";
  request.body = std::move(body);
  return request;
}

/// The value of the response's header; empty where there is none.
inline std::string header_of(const api::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace parley::test
