#include "services/presence_service.h"

#include <set>

#include "pubsub/local/local_notice_board.h"
#include "support/recording_subscriber.h"
#include "support/room_world.h"

namespace parley::test {
namespace {

using Names = std::set<std::string>;

/// A board that can be away.
class FickleBoard : public LocalNoticeBoard {
 public:
  bool away = false;
  Task<std::optional<std::vector<Note>>> read(std::string topic) override {
    if (away) co_return std::nullopt;
    co_return co_await LocalNoticeBoard::read(std::move(topic));
  }
};

/// Two instances with one notice board between them.
class PresenceServiceTest : public RoomWorld {
 protected:
  struct Instance {
    Instance(PresenceServiceTest& t, const std::string& id)
        : presence(t.loop_, t.states_, t.clock_, [this](const auto&, auto json) { events.emplace_back(json); },
                   {.instance_id = id,
                    .board = t.board_,
                    .announce = [&t, id](const auto& stream) { t.announced(id, stream); },
                    .is_alive = [&t](const auto& other) { return t.alive_.contains(other); },
                    .links = [&t] { return t.links_; }}) {}

    std::vector<std::string> events;  ///< what its subscribers were sent
    PresenceService presence;
  };

  void announced(const std::string& by, const std::string& stream) {
    if (by == "here" && hears_) there_.presence.changed_elsewhere(stream);
    if (by == "there" && hears_) here_.presence.changed_elsewhere(stream);
  }

  std::shared_ptr<RecordingSubscriber> come(Instance& to, const std::string& name) {
    auto subscriber = std::make_shared<RecordingSubscriber>(name);
    to.presence.on_subscribed(stream_, *subscriber);
    return subscriber;
  }
  void go(Instance& from, const std::shared_ptr<RecordingSubscriber>& subscriber) {
    from.presence.on_unsubscribed(stream_, *subscriber);
  }

  Names present(Instance& at) {
    Names names;
    for (const auto& user : run(at.presence.present(ada_, room_.room.id)).value()) names.insert(user.username);
    return names;
  }
  void wait_for(Instance& at, const Names& names) {
    run_until([&] { return present(at) == names; });
  }
  void wait_for_event(Instance& at, std::string_view type, const std::string& name) {
    run_until([&] {
      return std::ranges::any_of(at.events, [&](const auto& json) {
        return json.find(type) != std::string::npos && json.find('"' + name + '"') != std::string::npos;
      });
    });
  }

  FickleBoard board_;
  std::set<std::string> alive_{"here", "there"};
  bool hears_ = true;
  std::uint64_t links_ = 1;
  RoomView room_ = create(ada_, "general");
  std::string stream_ = room_stream(room_.room.id);
  Instance here_{*this, "here"};
  Instance there_{*this, "there"};
};

TEST_F(PresenceServiceTest, WhoIsOnAnyInstanceIsPresentOnAll) {
  come(here_, "ada");
  come(there_, "grace");
  wait_for(here_, {"ada", "grace"});
  wait_for(there_, {"ada", "grace"});
}

TEST_F(PresenceServiceTest, ComingAndGoingElsewhereIsTold) {
  come(here_, "ada");
  wait_for_event(here_, "user_joined", "ada");
  const auto grace = come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  go(there_, grace);
  wait_for_event(here_, "user_left", "grace");
  EXPECT_EQ(present(here_), Names{"ada"});
}

TEST_F(PresenceServiceTest, WhoWasElsewhereBeforeAnybodyLookedHasNotJustCome) {
  come(there_, "grace");
  wait_for(there_, {"grace"});
  come(here_, "ada");
  wait_for_event(here_, "user_joined", "ada");
  EXPECT_EQ(here_.events.size(), 1u);
  EXPECT_EQ(here_.events[0].find("grace"), std::string::npos);
}

TEST_F(PresenceServiceTest, AUserOnTwoInstancesLeavesWithTheLastConnection) {
  come(here_, "linus");
  const auto one = come(here_, "ada");
  const auto two = come(there_, "ada");
  wait_for_event(here_, "user_joined", "ada");
  wait_for(there_, {"ada", "linus"});
  go(here_, one);
  come(here_, "mary");
  wait_for_event(here_, "user_joined", "mary");
  EXPECT_TRUE(present(here_).contains("ada"));
  for (const auto& event : here_.events) EXPECT_EQ(event.find("user_left"), std::string::npos);
  go(there_, two);
  wait_for_event(here_, "user_left", "ada");
}

TEST_F(PresenceServiceTest, TheUsersOfADeadInstanceAreGone) {
  come(here_, "ada");
  come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  alive_.erase("there");
  here_.presence.on_instance("there", false);
  wait_for_event(here_, "user_left", "grace");
  EXPECT_EQ(present(here_), Names{"ada"});
}

TEST_F(PresenceServiceTest, AnInstanceThatWasOnlyPausedHasItsUsersBack) {
  come(here_, "ada");
  come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  here_.presence.on_instance("there", false);
  wait_for_event(here_, "user_left", "grace");
  there_.presence.on_instance("here", true);
  here_.presence.on_instance("there", true);
  wait_for(here_, {"ada", "grace"});
}

TEST_F(PresenceServiceTest, ANoteWithoutALeaseCountsForAWhileOnly) {
  alive_.erase("there");
  here_.presence.start();
  come(there_, "grace");
  come(here_, "ada");
  wait_for(here_, {"ada", "grace"});
  clock_.advance(PresenceService::kStranger);
  wait_for(here_, {"ada"});
}

TEST_F(PresenceServiceTest, AMissedAnnouncementIsMadeUpForWhenTheBusIsBack) {
  come(here_, "ada");
  wait_for_event(here_, "user_joined", "ada");
  hears_ = false;
  come(there_, "grace");
  wait_for(there_, {"ada", "grace"});
  EXPECT_EQ(here_.events.size(), 1u) << "it was missed";
  hears_ = true;
  here_.presence.on_bus_recovered();
  wait_for_event(here_, "user_joined", "grace");
}

TEST_F(PresenceServiceTest, WhatTheBoardLostStandsForAWhileAndIsPutThereAgain) {
  come(here_, "ada");
  come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  board_.put(room_.room.id, "here", "");
  board_.put(room_.room.id, "there", "");
  ++links_;
  here_.presence.changed_elsewhere(stream_);  // before the doubt is over
  here_.presence.on_bus_recovered();
  here_.presence.start();
  run_until([&] { return run(board_.read(room_.room.id))->size() == 1; });
  EXPECT_TRUE(present(here_).contains("grace")) << "it may only be lost";
  clock_.advance(PresenceService::kLostStands);
  wait_for_event(here_, "user_left", "grace");
  there_.presence.on_bus_recovered();
  wait_for(here_, {"ada", "grace"});
}

TEST_F(PresenceServiceTest, WhoIsNotOnAnUnbrokenBoardHasLeft) {
  come(here_, "ada");
  const auto grace = come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  here_.presence.on_bus_recovered();  // of a doubt that was about another instance
  go(there_, grace);
  wait_for_event(here_, "user_left", "grace");
}

TEST_F(PresenceServiceTest, WhoLeavesAfterTheBusWasRenewedIsNotTakenForLost) {
  come(here_, "ada");
  const auto grace = come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  ++links_;
  go(there_, grace);
  wait_for_event(here_, "user_left", "grace");
}

TEST_F(PresenceServiceTest, TheFirstLinksToTheBusAreNoneMadeAnew) {
  links_ = 0;
  Instance late(*this, "late");
  links_ = 2;
  come(late, "ada");
  wait_for_event(late, "user_joined", "ada");
  board_.put(room_.room.id, "there", R"({"x":"grace"})");
  late.presence.changed_elsewhere(stream_);
  wait_for_event(late, "user_joined", "grace");
  board_.put(room_.room.id, "there", "");
  late.presence.changed_elsewhere(stream_);
  wait_for_event(late, "user_left", "grace");
}

TEST_F(PresenceServiceTest, WhileTheBoardIsAwayWhatWasKnownStands) {
  come(here_, "ada");
  come(there_, "grace");
  wait_for_event(here_, "user_joined", "grace");
  board_.away = true;
  here_.presence.changed_elsewhere(stream_);
  come(here_, "mary");
  wait_for_event(here_, "user_joined", "mary");
  EXPECT_EQ(present(here_), (Names{"ada", "grace", "mary"}));
}

TEST_F(PresenceServiceTest, PresenceIsForMembers) {
  EXPECT_EQ(code_of(run(here_.presence.present(mary_, room_.room.id))), "forbidden");
  EXPECT_EQ(code_of(run(here_.presence.present(ada_, "nonsense"))), "not_found");
}

}  // namespace
}  // namespace parley::test
