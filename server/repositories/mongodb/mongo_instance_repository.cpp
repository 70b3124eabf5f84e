#include "repositories/mongodb/mongo_instance_repository.h"

#include "core/error.h"
#include "core/ids.h"
#include "repositories/mongodb/schema.h"

namespace parley::mongodb {
namespace {

constexpr const char* kIdentity = "identity";

}  // namespace

std::string MongoInstanceRepository::deployment_id() {
  if (const auto identity = database_.find_by_id(kDeployment, kIdentity)) return identity->text("deployment_id");
  const auto identity = by_id(kIdentity).set("deployment_id", new_id());
  return database_.insert_or_find(kDeployment, identity).text("deployment_id");
}

void MongoInstanceRepository::renew(const InstanceLease& lease) {
  const auto values =
      Document().set("counter", lease.counter).set("links", lease.links).set("links_up", lease.links_up);
  database_.put(kInstances, by_id(lease.instance_id), Document().set("$set", values));
}

std::vector<InstanceLease> MongoInstanceRepository::all() {
  std::vector<InstanceLease> leases;
  for (const auto& document : database_.find(kInstances, {})) {
    leases.push_back(
        {document.text("_id"), document.count("counter"), document.count("links"), document.flag("links_up")});
  }
  return leases;
}

void MongoInstanceRepository::remove(std::string_view instance_id) {
  database_.remove(kInstances, by_id(instance_id));
}

}  // namespace parley::mongodb
