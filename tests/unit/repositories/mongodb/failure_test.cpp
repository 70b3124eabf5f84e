#include "repositories/mongodb/failure.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/settings.h"
#include "repositories/mongodb/driver.h"

namespace parley::mongodb {
namespace {

Document refusal(int index, std::int64_t code) {
  return Document().set("index", index).set("code", code).set("errmsg", "E11000 or other");
}

Document reply(double ok = 1) {
  Document document;
  bson_t wanted;
  bson_init(&wanted);
  bson_append_double(&wanted, "ok", -1, ok);
  document.add(Document(wanted));
  bson_destroy(&wanted);
  return document;
}

Document refused(std::vector<Document> refusals, int inserted) {
  return reply().set("n", inserted).set("writeErrors", std::span<const Document>(refusals));
}

Document unmet() {
  return Document().set("code", 64).set("errmsg", "waiting for replication timed out");
}

const DriverError kNone{};

TEST(MongoWriteReply, WhatWasAcknowledgedIsCounted) {
  const auto result = judge_write(reply().set("n", 3), kNone);
  EXPECT_EQ(result.count, 3);
  EXPECT_FALSE(result.refused);
}

TEST(MongoWriteReply, ADuplicateKeySaysWhichDocumentWasTheFirst) {
  const auto result = judge_write(refused({refusal(5, 11000), refusal(2, 11000)}, 4), kNone);
  EXPECT_EQ(result.refused, 2u);
}

TEST(MongoWriteReply, AnUnmetWriteConcernIsNoAcknowledgement) {
  EXPECT_THROW(judge_write(reply().set("n", 1).set("writeConcernError", unmet()), kNone), OutcomeUnknown);
}

TEST(MongoWriteReply, ADuplicateKeyBesideAnUnmetWriteConcernIsNoAcknowledgement) {
  auto both = refused({refusal(0, 11000)}, 0);
  EXPECT_THROW(judge_write(both.set("writeConcernError", unmet()), kNone), OutcomeUnknown);
}

TEST(MongoWriteReply, AnotherRefusalLeavesOpenWhatWasInsertedBeforeIt) {
  EXPECT_THROW(judge_write(refused({refusal(0, 10107)}, 0), kNone), StoreUnavailable);
  EXPECT_THROW(judge_write(refused({refusal(2, 10107)}, 2), kNone), OutcomeUnknown);
}

TEST(MongoWriteReply, ACommandThatWasRefusedAtOnceWroteNothing) {
  EXPECT_THROW(judge_write(reply(0).set("code", 10107).set("errmsg", "not primary"), kNone), StoreUnavailable);
  EXPECT_THROW(judge_write(reply(0).set("code", 13).set("errmsg", "not authorized"), kNone), StoreUnavailable);
}

TEST(MongoWriteReply, ACommandThatWasInterruptedMayHaveWritten) {
  EXPECT_THROW(judge_write(reply(0).set("code", 11602).set("errmsg", "interrupted"), kNone), OutcomeUnknown);
}

TEST(MongoWriteReply, WithoutAReplyItDependsOnWhetherTheCommandLeft) {
  const DriverError lost{MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, "socket error or timeout"};
  const DriverError unreachable{MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, "connection refused"};
  const DriverError none{MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_SERVER_SELECTION_FAILURE, "no suitable servers"};
  EXPECT_THROW(judge_write({}, lost), OutcomeUnknown);
  EXPECT_THROW(judge_write({}, unreachable), StoreUnavailable);
  EXPECT_THROW(judge_write({}, none), StoreUnavailable);
}

TEST(MongoUrl, CredentialsAreLeftOutOfTexts) {
  EXPECT_EQ(without_credentials("mongodb://ada:pa@ss@host/db failed"), "mongodb://***@host/db failed");
  EXPECT_EQ(without_credentials("at mongodb://host/ and mongodb+srv://a:b@c/"),
            "at mongodb://host/ and mongodb+srv://***@c/");
  EXPECT_EQ(without_credentials("no URL, ada@example.org"), "no URL, ada@example.org");
}

TEST(MongoUrl, ABadOneIsRefusedWithoutItsPassword) {
  try {
    parse_url("mongodb://ada:se/cret@host", 4);
    FAIL();
  } catch (const SettingsError& e) {
    EXPECT_EQ(std::string(e.what()).find("cret"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("MONGODB_URL"), std::string::npos);
  }
}

TEST(MongoUrl, ConcernsAndPatienceAreOursWhateverItSays) {
  const auto uri = parse_url(
      "mongodb://host/?w=1&journal=false&readConcernLevel=local&readPreference=secondary&retryWrites=true"
      "&socketTimeoutMS=600000&serverSelectionTimeoutMS=99000&maxPoolSize=500",
      4);
  EXPECT_TRUE(mongoc_write_concern_get_wmajority(mongoc_uri_get_write_concern(uri.get())));
  EXPECT_TRUE(mongoc_write_concern_get_journal(mongoc_uri_get_write_concern(uri.get())));
  EXPECT_STREQ(mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri.get())), "majority");
  EXPECT_EQ(mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri.get())), MONGOC_READ_PRIMARY);
  EXPECT_FALSE(mongoc_uri_get_option_as_bool(uri.get(), MONGOC_URI_RETRYWRITES, true));
  EXPECT_EQ(mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, 0), 4000);
  EXPECT_EQ(mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 0), 3000);
  EXPECT_EQ(mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_MAXPOOLSIZE, 0), 4);
}

}  // namespace
}  // namespace parley::mongodb
