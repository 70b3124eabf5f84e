#pragma once

#include <boost/system/result.hpp>

#include "core/error.h"

namespace parley {

/// The value, or the reason why there is none. For expected outcomes only; infrastructure that fails throws.
template <class T>
using Result = boost::system::result<T, Error>;

/// Found by boost::system::result when value() is called on an error: a programming fault, never a peer's.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

inline Error refuse(Code code, std::string message = {}) {
  return Error{code, std::move(message)};
}

inline Error bad_request(std::string message) {
  return refuse(Code::bad_request, std::move(message));
}

inline Error invalid(std::string field, std::string message) {
  return Error{Code::validation_failed, std::move(message), std::move(field)};
}

}  // namespace parley
