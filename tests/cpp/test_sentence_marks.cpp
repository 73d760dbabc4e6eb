#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "audio/renderer.hpp"
#include "audio/sentence_marks.hpp"
#include "check.hpp"
#include "signals.hpp"

namespace {

using streamtts::audio::Mark;
using streamtts::audio::PassedMark;
using streamtts::audio::Renderer;
using Kind = Mark::Kind;
using Samples = std::vector<float>;

constexpr std::uint32_t kRate = 48000;
constexpr std::uint64_t kFade = kRate * 5 / 1000;

// A renderer whose sentences are marked as the player marks them.
struct Rig {
  Renderer renderer{kRate, std::size_t{kRate} * 4};
  std::vector<PassedMark> passed;

  void mark(Kind kind, std::uint32_t seq, std::uint64_t after = 0) {
    renderer.marks().post({.position = renderer.ring().written() + after,
                           .turn = 1,
                           .seq = seq,
                           .flushes = renderer.flushes(),
                           .kind = kind});
  }
  void say(std::uint32_t seq, std::size_t frames) {
    if (frames == 0) return mark(Kind::kEmpty, seq);
    mark(Kind::kBegin, seq);
    mark(Kind::kEnd, seq, frames);
    renderer.may_rest_at(renderer.ring().written() + frames);
    renderer.ring().write(signals::voice(140, kRate, frames));
  }
  void render(std::size_t frames, std::size_t slice = 480) {
    Samples out(slice);
    for (std::size_t done = 0; done < frames; done += slice) {
      renderer.render(out.data(), static_cast<std::uint32_t>(std::min(slice, frames - done)));
      for (PassedMark mark; renderer.marks().take(mark);) passed.push_back(mark);
    }
  }
  void flush() {
    const std::uint64_t position = renderer.ring().written();
    renderer.may_rest_at(position);
    renderer.flush_to(position);
  }
  // The frame of the output at which the one mark of this kind was passed.
  std::uint64_t place(Kind kind, std::uint32_t seq) const {
    std::vector<std::uint64_t> places;
    for (const PassedMark& mark : passed) {
      if (mark.mark.kind == kind && mark.mark.seq == seq) places.push_back(mark.rendered);
    }
    CHECK_EQ(places.size(), 1U);
    return places.empty() ? 0 : places[0];
  }
};

bool is_near(std::uint64_t place, double wanted, double tolerance) {
  return std::abs(static_cast<double>(place) - wanted) <= tolerance;
}

}  // namespace

TEST(marks_are_passed_at_their_frames_whatever_the_slices) {
  for (const std::size_t slice : {1U, 37U, 480U, 20000U}) {
    Rig rig;
    rig.say(1, 1000);
    rig.say(2, 1);
    rig.say(3, 0);
    rig.say(4, 3000);
    rig.render(4001, slice);
    CHECK_EQ(rig.place(Kind::kBegin, 1), 0U);
    CHECK_EQ(rig.place(Kind::kEnd, 1), 1000U);
    CHECK_EQ(rig.place(Kind::kBegin, 2), 1000U);
    CHECK_EQ(rig.place(Kind::kEnd, 2), 1001U);
    CHECK_EQ(rig.place(Kind::kEmpty, 3), 1001U);
    CHECK_EQ(rig.place(Kind::kBegin, 4), 1001U);
    CHECK_EQ(rig.place(Kind::kEnd, 4), 4001U);
    CHECK(rig.renderer.spoken());
  }
}

TEST(what_follows_a_mark_in_its_callback_is_told) {
  Rig rig;
  rig.say(1, 1000);
  rig.render(960);
  rig.render(480);
  CHECK_EQ(rig.passed.size(), 2U);
  CHECK_EQ(rig.passed[0].followed, 480U);
  CHECK_EQ(rig.passed[1].followed, 440U);
}

TEST(silence_counts_and_belongs_to_nobody) {
  Rig rig;
  rig.render(700);
  rig.say(1, 1000);
  rig.render(3000);
  rig.say(2, 1000);
  rig.render(2000);
  CHECK_EQ(rig.place(Kind::kBegin, 1), 700U);
  CHECK_EQ(rig.place(Kind::kEnd, 1), 1700U);
  CHECK_EQ(rig.place(Kind::kBegin, 2), 3700U);
  CHECK_EQ(rig.place(Kind::kEnd, 2), 4700U);
}

TEST(an_end_told_late_is_where_the_speech_ended) {
  Rig rig;
  rig.mark(Kind::kBegin, 1);
  rig.renderer.ring().write(Samples(1000, 0.1F));
  rig.render(3000);
  rig.mark(Kind::kEnd, 1);
  rig.renderer.may_rest_at(rig.renderer.ring().written());
  rig.render(480);
  CHECK_EQ(rig.place(Kind::kEnd, 1), 1000U);
}

TEST(a_sentence_without_a_sound_is_heard_now_and_needs_no_frame) {
  Rig rig;
  rig.say(1, 1000);
  rig.render(3000);
  rig.say(2, 0);
  rig.renderer.render(nullptr, 0);
  rig.render(0);
  CHECK(rig.renderer.spoken());
  rig.render(480);
  CHECK_EQ(rig.place(Kind::kEmpty, 2), 3000U);
}

TEST(asking_for_no_frames_is_no_underrun) {
  Rig rig;
  rig.renderer.ring().write(Samples(1000, 0.1F));
  rig.render(1000);
  rig.renderer.render(nullptr, 0);
  CHECK_EQ(rig.renderer.counters().underruns.load(), 0U);
}

TEST(a_flushed_sentence_has_no_end_and_an_unheard_one_no_beginning) {
  Rig rig;
  rig.say(1, 5000);
  rig.say(2, 5000);
  rig.render(2000);
  rig.flush();
  rig.say(3, 1000);
  rig.render(4000);
  CHECK_EQ(rig.passed.size(), 3U);
  CHECK_EQ(rig.place(Kind::kBegin, 1), 0U);
  CHECK_EQ(rig.place(Kind::kBegin, 3), 2000U + kFade);
  CHECK_EQ(rig.place(Kind::kEnd, 3), 3000U + kFade);
}

TEST(an_end_in_the_fade_of_a_flush_is_cut) {
  Rig rig;
  rig.say(1, 2100);
  rig.render(2000);
  rig.flush();
  rig.say(2, 0);
  rig.render(2000);
  CHECK_EQ(rig.passed.size(), 2U);
  CHECK_EQ(rig.place(Kind::kEmpty, 2), 2100U);
}

TEST(a_flush_of_nothing_cuts_nothing) {
  Rig rig;
  rig.say(1, 1000);
  rig.render(2000);
  rig.flush();
  rig.render(480);
  rig.say(2, 1000);
  rig.render(2000);
  CHECK_EQ(rig.passed.size(), 4U);
}

TEST(a_pause_delays_what_comes_after_it) {
  Rig rig;
  rig.say(1, 1000);
  rig.say(2, 1000);
  rig.render(1000);
  CHECK_EQ(rig.passed.size(), 2U);
  rig.renderer.set_paused(true);
  rig.render(9600);
  CHECK_EQ(rig.passed.size(), 2U);
  rig.renderer.set_paused(false);
  rig.render(2000);
  CHECK_EQ(rig.place(Kind::kBegin, 2), 10600U);
  CHECK_EQ(rig.place(Kind::kEnd, 2), 11600U);
}

TEST(a_pause_taken_back_in_its_fade_loses_no_mark) {
  Rig rig;
  rig.say(1, 1000);
  rig.say(2, 100);
  rig.say(3, 1000);
  rig.render(960, 960);
  rig.renderer.set_paused(true);
  rig.render(100, 100);
  rig.renderer.set_paused(false);
  rig.render(2000);
  CHECK(is_near(rig.place(Kind::kBegin, 2), 1000, static_cast<double>(kFade)));
  CHECK_EQ(rig.place(Kind::kEnd, 3), 2100U);
  CHECK_EQ(rig.passed.size(), 6U);
}

TEST(speed_moves_the_marks) {
  for (const double speed : {0.5, 0.8, 1.5, 2.0, 3.0}) {
    Rig rig;
    rig.renderer.set_speed(speed);
    for (std::uint32_t seq = 0; seq < 5; ++seq) rig.say(seq, 24000);
    rig.render(static_cast<std::size_t>(130'000 / speed));
    CHECK_EQ(rig.passed.size(), 10U);
    constexpr double kPeriods = 0.045 * kRate;  // what a jump or two may be early or late
    for (std::uint32_t seq = 0; seq < 5; ++seq) {
      CHECK(is_near(rig.place(Kind::kBegin, seq), seq * 24000 / speed, kPeriods));
      CHECK(is_near(rig.place(Kind::kEnd, seq), (seq + 1) * 24000 / speed, kPeriods));
    }
    CHECK(std::ranges::is_sorted(rig.passed, {}, &PassedMark::rendered));
  }
}

TEST(a_flush_at_speed_takes_nothing_of_what_follows) {
  for (std::size_t old = 6000; old < 9000; old += 250) {
    Rig rig;
    rig.renderer.set_speed(2.9);
    rig.say(1, old);
    rig.render(1920);
    const std::uint64_t left = old - rig.renderer.heard_position(0);
    rig.flush();
    rig.say(2, 9600);
    rig.render(480);
    CHECK(rig.renderer.counters().flushed_frames.load() <= left);
  }
}

TEST(marks_that_nobody_takes_do_not_block_the_callback) {
  Rig rig;
  Samples out(480);
  for (std::uint32_t seq = 0; seq < 10'000; ++seq) {
    CHECK(rig.renderer.marks().room_for(1));
    rig.mark(Kind::kEmpty, seq);
    rig.renderer.render(out.data(), 480);
  }
  CHECK(rig.renderer.spoken());
  PassedMark first;
  CHECK(rig.renderer.marks().take(first));
  CHECK_EQ(first.mark.seq, 0U);
}
