#include "composition/product.h"

#include "core/log.h"
#include "models/state_change.h"

namespace parley {

namespace {

constexpr auto kPurgeDelay = std::chrono::minutes(10);

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

Identity identity_of(const std::string& user_id, const std::string& username) {
  Identity identity;
  identity.user_id = user_id;
  identity.username = username;
  return identity;
}

}  // namespace

Product::Product(const Settings& settings, const DataFolder* folder)
    : chosen(settings, folder),
      shared(loop, clock, settings.redis, instance_id),
      keys(settings.secret_key),
      limits(settings.limits, clock, SharedFailures(shared.counters, keys.key(SecretKeys::Purpose::shared_failures))),
      accounts({store.users, store.sessions, store.access_tokens, store.invites, readers, clock}, hashing, keys, limits,
               sign_up_policy(settings), account_events()),
      rooms({loop, appender, states, store.streams, store.rooms, store.users, readers, clock}, accounts.invites,
            store.instances ? kPurgeDelay : std::chrono::seconds(0)),
      announcer(loop, appender, {store.users, store.sessions, store.access_tokens, store.invites, readers, clock}) {
  hub.observe(&presence);
  hub.observe_entries([this](const Entry& entry) { on_entry(entry); });
}

cli::Operations Product::operations(const Settings& settings) {
  return cli::service_operations(accounts, rooms, readers, settings.base_url(),
                                 [this](const auto& target) { chosen.sqlite->snapshots.write(target); });
}

void Product::start() {
  if (cluster) cluster->start();
  presence.start();
  sweep.start();
  housekeeping.start();
}

Task<> Product::finish() {
  sweep.stop();
  housekeeping.stop();
  co_await rooms.settler.drain(std::chrono::seconds(1));
  co_await appender.drain();
  rooms.purge.stop();
  presence.stop();
  if (cluster) co_await cluster->stop();
  if (chosen.sqlite) chosen.sqlite->snapshots.cancel();
  stopped_ = true;
}

void Product::abandon() {
  writer.stop();
  readers.stop();
  hashing.stop();
  loop.abandon();
}

SignUp::Policy Product::sign_up_policy(const Settings& settings) const {
  const bool here_only = settings.loopback() && settings.public_url.empty();
  return {.registration = settings.registration,
          .setup_code = setup_code(keys),
          .code_for = here_only ? SignUp::CodeFor::elsewhere : SignUp::CodeFor::everybody};
}

AccountEvents Product::account_events() {
  AccountEvents events;
  events.session_ended = [this](const User& owner, const std::string& session_id) {
    announcer.begin(owner, session_id);
  };
  events.profile_changed = [this](std::string user_id) {
    spawn_logged(loop.executor(), "profile hints", [this, user_id] { return profile_hints.send(user_id); });
  };
  events.invited_into_room = [this](std::string user_id, std::string username, std::string room_id) {
    spawn_logged(loop.executor(), "join by invite", [this, user = identity_of(user_id, username), room_id] {
      const auto join = [](Product& self, Identity who, std::string where) -> Task<> {
        co_await self.rooms.members.join_by_invite(std::move(who), std::move(where));
      };
      return join(*this, user, room_id);
    });
  };
  return events;
}

Task<> Product::prepare_store() {
  bool told = false;
  for (bool ready = false; !ready && !stopped_;) {
    try {
      auto prepare = store.prepare;
      co_await readers.run(std::move(prepare));
      ready = true;
    } catch (const std::exception& e) {
      if (!told) log::warn("the store can't be reached yet; trying again until it can", {{"reason", e.what()}});
      told = true;
    }
    if (!ready) co_await sleep_for(kStoreRetry);
  }
  if (store.instances != nullptr && !stopped_) log::info("the store is reached");
}

std::unique_ptr<Cluster> Product::make_cluster() {
  if (!store.instances) return nullptr;
  auto made = std::make_unique<Cluster>(loop, *store.instances, readers, bus, hub, clock, instance_id);
  made->instances.observe([this](const auto& id, bool alive) {
    cluster->health.on_instance(id, alive);
    presence.on_instance(id, alive);
  });
  made->health.observe([this] { presence.on_bus_recovered(); });
  bus_link.observe({.on_heartbeat = [this](auto text) { cluster->health.on_heartbeat(text); },
                    .on_presence_elsewhere = [this](const auto& stream) { presence.changed_elsewhere(stream); }});
  return made;
}

Task<> Product::keep_house() {
  rooms.purge.resume();
  co_await accounts.purge();
}

Task<> Product::sweep_up() {
  co_await announcer.sweep();
  co_await rooms.settler.sweep();
}

void Product::on_appended(const Entry& entry, std::chrono::nanoseconds took) {
  metrics.append_seconds.observe(seconds(took));
  metrics.entries.add();
  if (entry.kind == kind::message) metrics.messages.add();
}

/// Of entries from every instance: so a session that was ended anywhere ends here. Every connection follows its user's
/// stream.
void Product::on_entry(const Entry& entry) {
  const auto ended = ended_session(entry);
  if (!ended) return;
  accounts.authenticator.forget_session(ended->session_id);
  if (connections) connections->end_session(std::string(stream_owner(entry.stream)), *ended);
}

void Product::on_batch(std::size_t entries, std::chrono::nanoseconds took) {
  metrics.commit_batch_entries.observe(static_cast<double>(entries));
  metrics.commit_seconds.observe(seconds(took));
}

}  // namespace parley
