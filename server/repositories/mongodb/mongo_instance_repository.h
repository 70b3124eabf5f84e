#pragma once

#include "repositories/instance_repository.h"
#include "repositories/mongodb/database.h"

namespace parley::mongodb {

class MongoInstanceRepository : public InstanceRepository {
 public:
  explicit MongoInstanceRepository(Database& database) : database_(database) {}

  std::string deployment_id() override;
  void renew(const InstanceLease& lease) override;
  std::vector<InstanceLease> all() override;
  void remove(std::string_view instance_id) override;

 private:
  Database& database_;
};

}  // namespace parley::mongodb
