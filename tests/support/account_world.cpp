#include "support/account_world.h"

namespace parley::test {
namespace {

/// What libsodium takes at the least.
constexpr PasswordCost kCheap{1, 8192};

AccountEvents listening(std::vector<std::string>& heard) {
  AccountEvents events;
  events.session_ended = [&](const User& owner, const std::string& id) {
    heard.push_back((owner.disabled ? "disabled, session_ended " : "session_ended ") + owner.username + " " + id);
  };
  events.profile_changed = [&](auto id) { heard.push_back("profile_changed " + id); };
  events.invited_into_room = [&](auto, auto username, auto room) {
    heard.push_back("invited " + username + " " + room);
  };
  return events;
}

}  // namespace

AccountInstance::AccountInstance(TestStore& store, WorkerPool& pool, const Clock& clock, SignUp::Policy policy,
                                 Limits limits)
    : counters(clock),
      rate_limits(limits, clock, SharedFailures(counters, SecretKey{})),
      accounts({store.users(), store.sessions(), store.access_tokens(), store.invites(), pool, clock}, hashing, keys,
               rate_limits, std::move(policy), listening(heard), kCheap) {}

AccountWorld::AccountWorld(SignUp::Policy policy, Limits limits)
    : policy_(std::move(policy)), limits_(limits), instance_(store_, pool_, clock_, policy_, limits_) {}

std::unique_ptr<AccountInstance> AccountWorld::another_instance() {
  return std::make_unique<AccountInstance>(store_, pool_, clock_, policy_, limits_);
}

User AccountWorld::sign_up(std::string username, std::string password) {
  SignUp::Application application;
  application.username = std::move(username);
  application.password = std::move(password);
  return run(accounts_.sign_up.create(std::move(application), SignUp::Power::member)).value();
}

Result<SignIn::SignedIn> AccountWorld::try_sign_in(std::string username, std::string password, std::string address) {
  return run(accounts_.sign_in.sign_in({std::move(username), std::move(password), "a device", std::move(address)}));
}

SignIn::SignedIn AccountWorld::sign_in(std::string username, std::string password) {
  return try_sign_in(std::move(username), std::move(password)).value();
}

bool AccountWorld::is_good(const std::string& token) {
  return run(accounts_.authenticator.authenticate(token)).has_value();
}

Identity AccountWorld::identity_of(const std::string& token) {
  return run(accounts_.authenticator.authenticate(token)).value();
}

}  // namespace parley::test
