#include "repositories/mongodb/database.h"

#include <chrono>

#include "core/error.h"
#include "core/log.h"
#include "repositories/mongodb/schema.h"
#include "repositories/mongodb/waits.h"

namespace parley::mongodb {
namespace {

/// Silence that took this long will take the next call as long; a broken link is found out at once.
constexpr auto kLong = std::chrono::seconds(1);

class Stopwatch {
 public:
  bool within(std::chrono::milliseconds time) const { return std::chrono::steady_clock::now() - start_ < time; }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

DriverError error_of(const bson_error_t& error) {
  return {error.domain, error.code, error.message};
}

Document write_concern() {
  return Document().set("w", "majority").set("j", true).set("wtimeout", kMajorityMs);
}

Document find_options(const Query& query) {
  Document options;
  options.set("maxTimeMS", kReadMs);
  if (query.sort) options.set("sort", *query.sort);
  if (query.limit > 0) options.set("limit", query.limit);
  if (query.projection) options.set("projection", *query.projection);
  return options;
}

/// Tells the breaker how a call ended.
void note(Breaker::Call& call, const Stopwatch& watch, const DriverError& error) {
  if (error.domain == 0 || !is_silence(error)) return call.answered();
  if (!watch.within(kLong)) call.silent();
}

}  // namespace

/// A client of the pool, given back when it goes.
struct Database::Borrowed {
  explicit Borrowed(Database& database)
      : owner(database), pool(owner.pool_.get()), client(mongoc_client_pool_pop(pool)) {
    if (client == nullptr) throw StoreUnavailable("all connections to MongoDB are in use");
  }
  ~Borrowed() {
    if (session) owner.remember(operation_time());
    session.reset();
    mongoc_client_pool_push(pool, client);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  /// `options` of a call that comes after all that this process was told; false, with the error, where no server
  /// is in reach.
  bool follow(Document& options, DriverError& error) {
    if (!owner.has_sessions_) return true;
    bson_error_t failure;
    session.reset(mongoc_client_start_session(client, nullptr, &failure));
    bson_t fields = BSON_INITIALIZER;
    const bool begun = session && mongoc_client_session_append(session.get(), &fields, &failure);
    if (begun) {
      const std::uint64_t after = owner.told_until_;
      if (after != 0) {
        mongoc_client_session_advance_operation_time(session.get(), static_cast<std::uint32_t>(after >> 32U),
                                                     static_cast<std::uint32_t>(after));
      }
      options.add(Document(fields));
    } else {
      error = error_of(failure);
    }
    bson_destroy(&fields);
    return begun;
  }

  std::uint64_t operation_time() const {
    std::uint32_t seconds = 0;
    std::uint32_t counter = 0;
    mongoc_client_session_get_operation_time(session.get(), &seconds, &counter);
    return std::uint64_t{seconds} << 32U | counter;
  }

  Database& owner;
  mongoc_client_pool_t* pool;
  mongoc_client_t* client;
  ClientSession session{};
};

Database::Database(const std::string& url, std::string name, int max_clients, Queries queries)
    : name_(std::move(name)), queries_(queries), uri_(parse_url(url, max_clients)) {}

void Database::remember(std::uint64_t operation_time) {
  auto known = told_until_.load();
  while (known < operation_time && !told_until_.compare_exchange_weak(known, operation_time)) {
  }
}

void Database::connect() {
  const std::lock_guard lock(connecting_);
  if (connected_) return;
  bson_error_t error;
  // Looks up names already where the URL is a mongodb+srv one.
  pool_.reset(mongoc_client_pool_new_with_error(uri_.get(), &error));
  if (!pool_) throw StoreUnavailable("no connection to MongoDB: " + without_credentials(error.message));
  mongoc_client_pool_set_error_api(pool_.get(), MONGOC_ERROR_API_VERSION_2);
  connected_ = true;
}

void Database::prepare(Use use) {
  connect();
  const auto info = run(Document().set_int32("buildInfo", 1));
  by_one_id_only_ = queries_ == Queries::as_the_server_says && info.has("ferretdbVersion");
  has_sessions_ = run(Document().set_int32("isMaster", 1)).has("logicalSessionTimeoutMinutes");
  make_indexes(*this);
  if (use == Use::serve) refuse_half_moved();
  prepared_ = true;
}

void Database::refuse_half_moved() {
  const auto reply = run(Document().set("find", kDeployment).set("filter", by_id(kMove)));
  const auto cursor = reply.child("cursor");
  for (const auto& move : cursor ? cursor->children("firstBatch") : std::vector<Document>()) {
    if (!move.flag("done")) {
      throw StoreUnavailable("a move into this MongoDB database has not ended: run 'parley move' again");
    }
  }
}

void Database::check_prepared() const {
  if (!prepared_) throw StoreUnavailable("the MongoDB server has not been reached yet");
}

template <class Read>
auto Database::reading(Read&& read) {
  check_prepared();
  const Stopwatch watch;
  DriverError error;
  auto result = read(error);
  if (error.domain != 0 && is_passing(error) && watch.within(kAgainWithin)) {
    error = {};
    result = read(error);
  }
  if (error.domain != 0) refuse_read(error);
  return result;
}

std::vector<Document> Database::find_once(const char* collection, const Query& query, DriverError& error) {
  Breaker::Call call(breaker_);
  Borrowed borrowed(*this);
  const Stopwatch watch;
  auto options = find_options(query);
  std::vector<Document> found;
  if (!borrowed.follow(options, error)) {
    note(call, watch, error);
    return found;
  }
  const Collection from(mongoc_client_get_collection(borrowed.client, name_.c_str(), collection));
  const Cursor cursor(mongoc_collection_find_with_opts(from.get(), query.filter.get(), options.get(), nullptr));
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) found.emplace_back(*document);
  bson_error_t failure;
  if (mongoc_cursor_error(cursor.get(), &failure)) error = error_of(failure);
  note(call, watch, error);
  return found;
}

std::vector<Document> Database::find(const char* collection, const Query& query) {
  return reading([&](DriverError& error) { return find_once(collection, query, error); });
}

std::optional<Document> Database::find_one(const char* collection, const Document& filter) {
  Query query;
  query.filter = filter;
  query.limit = 1;
  auto found = find(collection, query);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<Document> Database::find_by_id(const char* collection, std::string_view id) {
  return find_one(collection, by_id(id));
}

std::vector<Document> Database::find_by_ids(const char* collection, std::span<const std::string> ids) {
  std::vector<Document> found;
  if (ids.empty()) return found;
  if (!by_one_id_only_) {
    Query query;
    query.filter = compare("_id", "$in", ids);
    return find(collection, query);
  }
  for (const auto& id : ids) {
    if (auto document = find_by_id(collection, id)) found.push_back(std::move(*document));
  }
  return found;
}

std::int64_t Database::count(const char* collection, const Document& filter) {
  return reading([&](DriverError& error) {
    Breaker::Call call(breaker_);
    Borrowed borrowed(*this);
    const Stopwatch watch;
    auto options = Document().set("maxTimeMS", kReadMs);
    std::int64_t counted = 0;
    if (borrowed.follow(options, error)) {
      const Collection in(mongoc_client_get_collection(borrowed.client, name_.c_str(), collection));
      bson_error_t failure;
      counted = mongoc_collection_count_documents(in.get(), filter.get(), options.get(), nullptr, nullptr, &failure);
      if (counted < 0) error = error_of(failure);
    }
    note(call, watch, error);
    return counted;
  });
}

Document Database::run(const Document& command) {
  Breaker::Call call(breaker_);
  const Borrowed borrowed(*this);
  const Stopwatch watch;
  bson_t reply;
  bson_error_t failure{};
  const bool ok = mongoc_client_command_with_opts(borrowed.client, name_.c_str(), command.get(), nullptr, nullptr,
                                                  &reply, &failure);
  Document answer(reply);
  bson_destroy(&reply);
  const auto error = ok ? DriverError{} : error_of(failure);
  note(call, watch, error);
  if (!ok) refuse_read(error);
  return answer;
}

WriteResult Database::write(const Document& command) {
  check_prepared();
  Breaker::Call call(breaker_);
  Borrowed borrowed(*this);
  const Stopwatch watch;
  Document options;
  DriverError error;
  Document answer;
  if (borrowed.follow(options, error)) {
    bson_t reply;
    bson_error_t failure{};
    const bool ok = mongoc_client_command_with_opts(borrowed.client, name_.c_str(), command.get(), nullptr,
                                                    options.get(), &reply, &failure);
    answer = Document(reply);
    bson_destroy(&reply);
    if (!ok) error = error_of(failure);
  }
  note(call, watch, answer.has("ok") ? DriverError{} : error);
  return judge_write(answer, error);
}

/// For what may be repeated.
WriteResult Database::write_again(const Document& command) {
  const Stopwatch watch;
  try {
    return write(command);
  } catch (const OutcomeUnknown&) {
    if (!watch.within(kAgainWithin)) throw;
  }
  try {
    return write(command);
  } catch (const StoreUnavailable& e) {
    throw OutcomeUnknown(e.what());  // the first one may have been written
  }
}

WriteResult Database::insert(const char* collection, std::span<const Document> documents, Order order) {
  return write(Document()
                   .set("insert", collection)
                   .set("ordered", order == Order::first_refusal_ends)
                   .set("documents", documents)
                   .set("writeConcern", write_concern()));
}

bool Database::insert_new(const char* collection, const Document& document) {
  const auto result = write_again(Document()
                                      .set("insert", collection)
                                      .set("documents", std::span(&document, 1))
                                      .set("writeConcern", write_concern()));
  return !result.refused;
}

Document Database::insert_or_find(const char* collection, const Document& document) {
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    if (insert_new(collection, document)) return document;
    // What refused it may be so new that a majority has not confirmed it; the next refusal waits for that.
    if (auto there = find_by_id(collection, document.text("_id"))) return std::move(*there);
  }
  throw StoreUnavailable("a document is refused in " + std::string(collection) + " for one that is not there");
}

std::int64_t Database::change(const char* collection, const Document& statement) {
  return write_again(Document()
                         .set("update", collection)
                         .set("updates", std::span(&statement, 1))
                         .set("writeConcern", write_concern()))
      .count;
}

std::int64_t Database::update(const char* collection, const Document& filter, const Document& change_) {
  return change(collection, Document().set("q", filter).set("u", change_));
}

std::int64_t Database::update_all(const char* collection, const Document& filter, const Document& change_) {
  return change(collection, Document().set("q", filter).set("u", change_).set("multi", true));
}

void Database::put(const char* collection, const Document& filter, const Document& change_) {
  change(collection, Document().set("q", filter).set("u", change_).set("upsert", true));
}

std::int64_t Database::drop(const char* collection, const Document& statement) {
  return write_again(Document()
                         .set("delete", collection)
                         .set("deletes", std::span(&statement, 1))
                         .set("writeConcern", write_concern()))
      .count;
}

std::int64_t Database::remove(const char* collection, const Document& filter) {
  return drop(collection, Document().set("q", filter).set_int32("limit", 1));
}

std::int64_t Database::remove_all(const char* collection, const Document& filter) {
  return drop(collection, Document().set("q", filter).set_int32("limit", 0));
}

}  // namespace parley::mongodb
