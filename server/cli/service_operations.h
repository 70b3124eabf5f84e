#pragma once

#include <string>

#include "cli/operations.h"

namespace parley {
struct Accounts;
struct Rooms;
class WorkerPool;
}  // namespace parley

namespace parley::cli {

/// The operations as the services do them. `base_url` begins the links: scheme://host[:port]. What is referred to
/// outlives the operations.
Operations service_operations(Accounts& accounts, Rooms& rooms, WorkerPool& store_pool, std::string base_url,
                              std::function<void(const std::filesystem::path&)> snapshot);

}  // namespace parley::cli
