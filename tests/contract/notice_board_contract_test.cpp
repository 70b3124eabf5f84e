#include <algorithm>

#include "contract/buses.h"

namespace parley::test {
namespace {

class NoticeBoardContract : public BusTest {
 protected:
  /// "instance=text", sorted.
  std::vector<std::string> read(NoticeBoard& board, const std::string& name = "topic") {
    const auto notes = run(board.read(topic(name)));
    if (!notes) return {"the bus is away"};
    std::vector<std::string> shown;
    for (const auto& note : *notes) shown.push_back(note.instance_id + "=" + note.text);
    std::sort(shown.begin(), shown.end());
    return shown;
  }

  std::string topic(const std::string& name = "topic") { return unique() + name; }
};

using Notes = std::vector<std::string>;

TEST_P(NoticeBoardContract, OfATopicNobodyWroteAboutThereIsNothing) {
  EXPECT_EQ(read(first().board), Notes{});
}

TEST_P(NoticeBoardContract, EachInstanceHasOneNoteATopicAndItsLastOne) {
  first().board.put(topic(), "first", "old");
  first().board.put(topic(), "first", "ada bob");
  second().board.put(topic(), "second", "eve");
  second().board.put(topic("other"), "second", "elsewhere");
  EXPECT_EQ(read(second().board), (Notes{"first=ada bob", "second=eve"}));
  EXPECT_EQ(read(first().board), (Notes{"first=ada bob", "second=eve"}));
  EXPECT_EQ(read(first().board, "other"), Notes{"second=elsewhere"});
}

TEST_P(NoticeBoardContract, AnEmptyTextTakesTheNoteAway) {
  first().board.put(topic(), "first", "ada");
  second().board.put(topic(), "second", "eve");
  EXPECT_EQ(read(second().board).size(), 2u);
  first().board.put(topic(), "first", "");
  first().board.put(topic("unknown"), "first", "");
  EXPECT_EQ(read(first().board), Notes{"second=eve"});
}

TEST_P(NoticeBoardContract, TheNoteOfADeadInstanceCanBeTakenAwayByAnother) {
  first().board.put(topic(), "first", "ada");
  EXPECT_EQ(read(first().board), Notes{"first=ada"});
  second().board.put(topic(), "first", "");
  EXPECT_EQ(read(second().board), Notes{});
}

TEST_P(NoticeBoardContract, ATextIsKeptAsItIs) {
  using namespace std::string_literals;  // these keep the zero
  const auto text = "\0\r\n{\"users\":[\"\xc3\xa9\"]}\xff"s;
  first().board.put(topic(), "first", text);
  EXPECT_EQ(read(first().board), Notes{"first=" + text});
}

PARLEY_ON_EVERY_BUS(NoticeBoardContract);

}  // namespace
}  // namespace parley::test
