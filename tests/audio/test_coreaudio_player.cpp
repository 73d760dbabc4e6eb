// The player on the Core Audio output: what was queued is heard once, whatever becomes of the device.
#include <CoreAudio/CoreAudio.h>

#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "audio/player.hpp"
#include "check.hpp"
#include "coreaudio_world.hpp"
#include "fake_coreaudio/fake_coreaudio.hpp"

using namespace world;
using streamtts::audio::Player;
using streamtts::audio::PlayerOptions;

namespace {

constexpr std::size_t kFrames = 96000;

std::vector<float> ramp() {
  std::vector<float> frames(kFrames);
  for (std::size_t i = 0; i < kFrames; ++i) frames[i] = static_cast<float>(i + 1) / (1U << 23U);
  return frames;
}

// Without the silence, and without the way down to it from the last sample.
std::vector<float> heard() {
  std::vector<float> frames = fake::played();
  std::erase(frames, 0.0F);
  frames.resize(kFrames);
  return frames;
}

void wait_until_reopened(const Player& player, std::uint64_t times) {
  while (player.counters().reopened < times) std::this_thread::yield();
}

}  // namespace

TEST(a_player_moves_with_the_default_device_and_loses_nothing) {
  World world;
  const AudioObjectID other = fake::add_device(headphones());
  {
    fake::stop_time();
    Player player(PlayerOptions{});
    CHECK(player.write(ramp(), 48000, 1, 1, true));
    fake::let_time_go_on();
    fake::wait_for_slices(10);
    fake::set_default(other);
    wait_until_reopened(player, 1);
    fake::wait_for_slices(10);
    fake::set_default(world.speakers_);
    wait_until_reopened(player, 2);
    CHECK(player.drain(60));
    CHECK_EQ(player.counters().underruns, 0U);
  }
  CHECK(heard() == ramp());
}

TEST(a_player_survives_its_device_and_loses_nothing) {
  World world;
  const AudioObjectID dying = fake::add_device(headphones());
  fake::set_default(dying);
  {
    fake::stop_time();
    Player player(PlayerOptions{});
    CHECK(player.write(ramp(), 48000, 1, 1, true));
    fake::let_time_go_on();
    fake::wait_for_slices(10);
    fake::kill_device(dying);
    fake::set_default(world.speakers_);
    wait_until_reopened(player, 1);
    CHECK(player.drain(60));
    CHECK_EQ(player.counters().underruns, 0U);
  }
  CHECK(heard() == ramp());
}

TEST(a_player_without_a_device_is_silent_and_says_so) {
  World world;
  fake::set_default(kAudioObjectUnknown);
  Player player(PlayerOptions{});
  CHECK(player.write(ramp(), 48000, 1, 1, true));
  CHECK_EQ(player.take_warning(), std::string("there is no sound device"));
  player.flush();
}
