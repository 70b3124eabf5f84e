#include "core/embedded.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace parley::embedded {
namespace {

bool listed(const std::string& password) {
  return ("\n" + std::string(common_passwords())).find("\n" + password + "\n") != std::string::npos;
}

TEST(Embedded, AnAssetIsFoundByItsExactPathOnly) {
  for (const Asset& asset : all()) {
    EXPECT_EQ(find(asset.path), &asset) << asset.path;
    EXPECT_EQ(find(std::string(asset.path) + "x"), nullptr);
  }
  EXPECT_EQ(find(""), nullptr);
  EXPECT_EQ(find("/"), nullptr);
}

TEST(Embedded, EveryAssetHasContentAndAStrongQuotedEtag) {
  for (const Asset& asset : all()) {
    EXPECT_FALSE(asset.identity.empty()) << asset.path;
    EXPECT_TRUE(asset.etag.starts_with('"') && asset.etag.ends_with('"')) << asset.etag;
    EXPECT_GE(asset.etag.size(), 18U);
  }
}

TEST(Embedded, CompressedVariantsAreSmaller) {
  for (const Asset& asset : all()) {
    EXPECT_LT(asset.brotli.size(), asset.identity.size()) << asset.path;
    EXPECT_LT(asset.gzip.size(), asset.identity.size()) << asset.path;
    if (!asset.gzip.empty()) {
      EXPECT_TRUE(asset.gzip.starts_with("\x1f\x8b")) << asset.path;
    }
  }
}

TEST(Embedded, OnlyBundledFilesWithAHashInTheirNameAreImmutable) {
  for (const Asset& asset : all()) {
    if (asset.immutable) {
      EXPECT_TRUE(asset.path.starts_with("/assets/")) << asset.path;
    }
  }
}

TEST(Embedded, TheTenThousandMostCommonPasswordsAreListedInOrder) {
  const std::string_view list = common_passwords();
  if (list.empty()) GTEST_SKIP() << "built without the list; tools/setup assets installs it";
  EXPECT_EQ(std::ranges::count(list, '\n'), 10000);
  EXPECT_TRUE(listed("password"));
  EXPECT_TRUE(listed("12345678"));
  EXPECT_TRUE(listed("qwertyuiop"));
  EXPECT_FALSE(listed("correct horse battery staple"));
  std::string_view rest = list;
  std::string_view before;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    ASSERT_LT(before, line);
    before = line;
    rest.remove_prefix(line.size() + 1);
  }
}

}  // namespace
}  // namespace parley::embedded
