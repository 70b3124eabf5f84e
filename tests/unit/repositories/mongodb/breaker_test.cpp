#include "repositories/mongodb/breaker.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace parley::mongodb {
namespace {

using Call = Breaker::Call;

void fall_silent(Breaker& breaker) {
  Call call(breaker);
  call.silent();
}

TEST(Breaker, WhileTheServerAnswersAllCallsGoThroughAtOnce) {
  Breaker breaker;
  Call first(breaker);
  EXPECT_NO_THROW(Call second(breaker));
}

TEST(Breaker, OfASilentServerOneCallAtATimeAsks) {
  Breaker breaker;
  fall_silent(breaker);
  {
    Call probe(breaker);
    EXPECT_THROW(Call other(breaker), StoreUnavailable);
    EXPECT_THROW(Call another(breaker), StoreUnavailable);
  }
  EXPECT_NO_THROW(Call next(breaker));
}

TEST(Breaker, AnAnswerLetsAllThroughAgain) {
  Breaker breaker;
  fall_silent(breaker);
  Call probe(breaker);
  probe.answered();
  EXPECT_NO_THROW(Call other(breaker));
}

TEST(Breaker, ACallThatFellSilentWhileAnotherWasAnsweredChangesNothing) {
  Breaker breaker;
  Call slow(breaker);
  Call(breaker).answered();
  slow.silent();
  Call first(breaker);
  EXPECT_NO_THROW(Call second(breaker));
}

}  // namespace
}  // namespace parley::mongodb
