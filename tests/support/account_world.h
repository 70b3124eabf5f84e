#pragma once

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "pubsub/local/local_shared_counters.h"
#include "services/accounts.h"
#include "support/code_of.h"
#include "support/manual_clock.h"
#include "support/run_task.h"
#include "support/sqlite_test_store.h"

namespace parley::test {

inline constexpr const char* kPassword = "correct horse battery";

/// One instance of the server, as far as accounts go. Hashes cheaply.
struct AccountInstance {
  AccountInstance(TestStore& store, WorkerPool& pool, const Clock& clock, SignUp::Policy policy, Limits limits);

  std::vector<std::string> heard;  ///< the events, as "session_ended <session>" and the like
  WorkerPool hashing{"hashing", 1, 256};
  SecretKeys keys{"a secret of the tests, with 32 or more bytes"};
  LocalSharedCounters counters;
  RateLimits rate_limits;
  Accounts accounts;
};

/// A store, a clock, and the services over them; refuses and gives by name.
class AccountWorld : public ::testing::Test {
 protected:
  explicit AccountWorld(SignUp::Policy policy = {}, Limits limits = {});

  /// A second instance over the same store, with caches of its own.
  std::unique_ptr<AccountInstance> another_instance();

  template <class T>
  T run(Task<T> task) {
    return run_task(io_, std::move(task));
  }

  User sign_up(std::string username, std::string password = kPassword);
  Result<SignIn::SignedIn> try_sign_in(std::string username, std::string password = kPassword,
                                       std::string address = "192.0.2.1");
  SignIn::SignedIn sign_in(std::string username, std::string password = kPassword);
  /// Whether the access token or personal access token is good.
  bool is_good(const std::string& token);
  Identity identity_of(const std::string& token);

  asio::io_context io_;
  ManualClock clock_;
  SqliteTestStore store_;
  WorkerPool pool_{"store", 2, 1024};
  const SignUp::Policy policy_;
  const Limits limits_;
  AccountInstance instance_;
  Accounts& accounts_ = instance_.accounts;
  std::vector<std::string>& heard_ = instance_.heard;
};

}  // namespace parley::test
