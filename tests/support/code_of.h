#pragma once

#include <string>

#include "core/result.h"

namespace parley::test {

/// The code of a refusal, or "ok".
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "ok" : std::string(kind_of(result.error().code).name);
}

}  // namespace parley::test
