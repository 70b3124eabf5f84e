#pragma once

namespace parley {

/// Where a request comes from: from a program on the server's own machine, or from where anybody may be.
enum class Caller { elsewhere, this_machine };

}  // namespace parley
