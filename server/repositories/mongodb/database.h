#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "repositories/mongodb/breaker.h"
#include "repositories/mongodb/document.h"
#include "repositories/mongodb/driver.h"
#include "repositories/mongodb/failure.h"

namespace parley::mongodb {

/// What a find is asked for besides its filter.
struct Query {
  Document filter{};
  std::optional<Document> sort{};
  std::int64_t limit = 0;                ///< 0: all
  std::optional<Document> projection{};  ///< none: whole documents
};

/// One MongoDB database by a bounded pool of clients. Any thread; blocking, at most about eight seconds. Reads come
/// from the primary and are confirmed by a majority; writes are on the disks of one. A read sees all that this process
/// was told before (causal consistency): what a majority has confirmed may be older than the refusal that it is to
/// explain, or, after an election, than what was acknowledged. Throws StoreUnavailable (nothing was written) or, from
/// what writes, OutcomeUnknown.
class Database {
 public:
  /// What may be asked: what the server says that it can (buildInfo), or what a MongoDB can, whatever it says (FerretDB
  /// can, too, but reads whole collections for it: for tests).
  enum class Queries { as_the_server_says, any };

  /// Does not connect yet; see prepare(). Throws SettingsError.
  Database(const std::string& url, std::string name, int max_clients, Queries queries = Queries::as_the_server_says);

  enum class Use { serve, move_into };

  /// Connects, and makes the indexes that are missing (schema.h). Until it succeeds once, everything else throws
  /// StoreUnavailable; nobody serves from a database that another store was moved into only in part. Repeating it, also
  /// by several instances at once, does no harm.
  void prepare(Use use = Use::serve);
  bool prepared() const { return prepared_; }

  std::vector<Document> find(const char* collection, const Query& query);
  std::optional<Document> find_one(const char* collection, const Document& filter);
  std::optional<Document> find_by_id(const char* collection, std::string_view id);
  std::int64_t count(const char* collection, const Document& filter);

  /// Those of the ids that exist, in no particular order.
  std::vector<Document> find_by_ids(const char* collection, std::span<const std::string> ids);

  /// Whether only `find {_id: id}` uses an index here (FerretDB 1.x), so that all else reads whole collections.
  bool finds_by_one_id_only() const { return by_one_id_only_; }

  enum class Order {
    first_refusal_ends,  ///< what comes after the first refused document is not inserted
    any,
  };
  /// As one command: at most kMaxDocuments, and about a megabyte.
  WriteResult insert(const char* collection, std::span<const Document> documents, Order order);
  static constexpr std::size_t kMaxDocuments = 100;

  /// Inserts one document unless one with its _id or another unique key is there; says whether it did. After a broken
  /// link it is tried once more, so that `false` may also mean that this very document is there.
  bool insert_new(const char* collection, const Document& document);

  /// What is there under the document's _id: itself, now or by an earlier try, or what was there before it.
  Document insert_or_find(const char* collection, const Document& document);

  /// Updates (with operators) those that the filter finds, at most one or all; says how many were found. Only for what
  /// may be repeated.
  std::int64_t update(const char* collection, const Document& filter, const Document& change);
  std::int64_t update_all(const char* collection, const Document& filter, const Document& change);
  /// The same, and where none is found, inserts one.
  void put(const char* collection, const Document& filter, const Document& change);

  std::int64_t remove(const char* collection, const Document& filter);
  std::int64_t remove_all(const char* collection, const Document& filter);

  /// Runs a command that reads, or that only needs to be tried (createIndexes); its reply.
  Document run(const Document& command);

 private:
  struct Borrowed;

  void connect();
  void check_prepared() const;
  void refuse_half_moved();
  std::vector<Document> find_once(const char* collection, const Query& query, DriverError& error);
  WriteResult write(const Document& command);
  WriteResult write_again(const Document& command);
  std::int64_t change(const char* collection, const Document& statement);
  std::int64_t drop(const char* collection, const Document& statement);
  template <class Read>
  auto reading(Read&& read);

  /// A moment of the cluster's: seconds in the upper half, a counter in the lower.
  void remember(std::uint64_t operation_time);

  const std::string name_;
  const Queries queries_;
  const Uri uri_;
  std::mutex connecting_;
  ClientPool pool_;
  Breaker breaker_;
  std::atomic<bool> connected_ = false;
  std::atomic<bool> prepared_ = false;
  std::atomic<bool> by_one_id_only_ = false;
  std::atomic<bool> has_sessions_ = false;  ///< a replica set has, FerretDB has not
  std::atomic<std::uint64_t> told_until_ = 0;
};

}  // namespace parley::mongodb
