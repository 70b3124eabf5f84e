#include "api/media_type.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

TEST(AcceptEncoding, TheSmallestOfTheBestWeightIsChosen) {
  const CodingsOffered both{.brotli = true, .gzip = true};
  EXPECT_EQ(choose_coding("gzip, deflate, br", both), Coding::brotli);
  EXPECT_EQ(choose_coding("gzip", both), Coding::gzip);
  EXPECT_EQ(choose_coding("br;q=0.5, gzip;q=0.8", both), Coding::gzip);
  EXPECT_EQ(choose_coding("gzip, br;q=0", both), Coding::gzip);
  EXPECT_EQ(choose_coding("*", both), Coding::brotli);
  EXPECT_EQ(choose_coding("*, br;q=0", both), Coding::gzip);
  EXPECT_EQ(choose_coding("BR;Q=1.000", both), Coding::brotli);
  EXPECT_EQ(choose_coding("gzip;q=0.001", both), Coding::gzip);
}

TEST(AcceptEncoding, IdentityIsLeftWhereNothingElseIsWanted) {
  const CodingsOffered both{.brotli = true, .gzip = true};
  for (const auto* header : {"", "identity", "deflate", "gzip;q=0, br;q=0", "identity, gzip;q=0.5", "*;q=0", "gzip;q=2",
                             "gzip;q=x", "gzip;level=1"}) {
    EXPECT_EQ(choose_coding(header, both), Coding::identity) << header;
  }
  EXPECT_EQ(choose_coding("br, gzip", {}), Coding::identity);
  EXPECT_EQ(choose_coding("br, gzip", {.gzip = true}), Coding::gzip);
}

TEST(Accept, HtmlCountsOnlyByName) {
  EXPECT_TRUE(accepts_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  EXPECT_TRUE(accepts_html("image/png, TEXT/HTML;q=0.1"));
  EXPECT_FALSE(accepts_html("*/*"));
  EXPECT_FALSE(accepts_html("text/html;q=0"));
  EXPECT_FALSE(accepts_html(""));
}

}  // namespace
}  // namespace parley::api
