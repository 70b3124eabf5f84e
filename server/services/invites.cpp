#include "services/invites.h"

#include <algorithm>

#include "core/error.h"
#include "core/ids.h"
#include "core/log.h"
#include "services/newest_first.h"
#include "services/secret_token.h"

namespace parley {
namespace {

constexpr std::size_t kInviteSecretBytes = 16;

std::string subject_of(const Invites::Terms& terms) {
  if (terms.kind == InviteKind::room) return terms.room_id;
  return terms.kind == InviteKind::password_reset ? terms.user_id : std::string();
}

/// Whether whatever failed says that nothing was written.
bool wrote_nothing(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const StoreUnavailable&) {
    return true;
  } catch (const Busy&) {
    return true;
  } catch (...) {
    return false;
  }
}

Invite draft(const Invites::Terms& terms, Timestamp now) {
  Invite invite;
  invite.id = new_id();
  invite.kind = terms.kind;
  invite.room_id = terms.room_id;
  invite.user_id = terms.user_id;
  invite.created_by = terms.created_by;
  invite.created_at = now;
  invite.expires_at = now + terms.lifetime;
  invite.max_uses = terms.max_uses;
  return invite;
}

}  // namespace

Invites::Invites(AccountContext context) : context_(context) {}

Task<Result<NewInvite>> Invites::create(Terms terms) {
  auto invite = draft(terms, now());
  auto secret = make_secret_token("", invite.id, kInviteSecretBytes);
  invite.hash = secret.hash;
  if (terms.kind == InviteKind::password_reset) co_await withdraw_all(terms.kind, terms.user_id);
  auto add = [&] {
    if (context_.invites.open_for(terms.kind, subject_of(terms), now()).size() >= kMaxOpen) return false;
    context_.invites.create(invite);
    return true;
  };
  const bool added = co_await context_.store_pool.run(std::move(add));
  if (!added) co_return refuse(Code::too_many_invites, "There are 100 open invites; withdraw some first.");
  co_return NewInvite{std::move(invite), std::move(secret.text)};
}

Task<Result<Page<Invite>>> Invites::open(InviteKind kind, std::string subject, std::string cursor, std::size_t limit) {
  auto find = [&] { return context_.invites.open_for(kind, subject, now()); };
  auto invites = co_await context_.store_pool.run(std::move(find));
  co_return newest_first(std::move(invites), cursor, limit);
}

Task<Result<void>> Invites::withdraw(InviteKind kind, std::string subject, std::string invite_id) {
  auto end = [&] {
    const auto invite = context_.invites.find(invite_id);
    const bool theirs = invite && invite->kind == kind && (kind != InviteKind::room || invite->room_id == subject);
    if (theirs) context_.invites.end(invite_id, now());
    return theirs;
  };
  const bool ended = co_await context_.store_pool.run(std::move(end));
  if (!ended) co_return refuse(Code::not_found, "There is no such invite.");
  co_return Result<void>();
}

Task<> Invites::withdraw_all(InviteKind kind, std::string subject) {
  auto end = [&] {
    for (const auto& invite : context_.invites.open_for(kind, subject, now())) {
      context_.invites.end(invite.id, now());
    }
  };
  co_await context_.store_pool.run(std::move(end));
}

Task<std::optional<Invite>> Invites::find(std::string token) {
  const auto id = id_in_token("", token);
  if (!id) co_return std::nullopt;
  auto find = [&] { return context_.invites.find(*id); };
  auto invite = co_await context_.store_pool.run(std::move(find));
  if (!invite || !matches_token(token, invite->hash)) co_return std::nullopt;
  co_return invite;
}

Task<InviteRepository::Use> Invites::take_use(std::string invite_id, std::string user_id) {
  auto take = [&] { return context_.invites.take_use(invite_id, user_id, now()); };
  co_return co_await context_.store_pool.run(std::move(take));
}

Task<> Invites::return_use(std::string invite_id, std::string user_id, std::exception_ptr failure) {
  if (failure && !wrote_nothing(failure)) co_return;
  auto give_back = [&] { context_.invites.return_use(invite_id, user_id); };
  try {
    co_await context_.store_pool.run(std::move(give_back));
  } catch (const std::exception& e) {  // the caller's answer is why it is given back
    log::warn("a use of an invite was not given back", {{"invite", invite_id}, {"reason", e.what()}});
  }
}

}  // namespace parley
