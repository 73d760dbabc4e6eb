// The Core Audio output: what is rendered, and by whom no more.
#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "audio/coreaudio/coreaudio_port.hpp"
#include "audio/devices.hpp"
#include "audio/output.hpp"
#include "check.hpp"
#include "coreaudio_world.hpp"
#include "fake_coreaudio/fake_coreaudio.hpp"

using namespace world;
using streamtts::audio::make_device_output;

TEST(the_default_device_plays_every_frame_once_on_both_channels) {
  World world;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  CHECK_EQ(output->open(48000, source, hearing), 48000U);
  CHECK_EQ(fake::unit_sub_type(), UInt32{kAudioUnitSubType_DefaultOutput});
  CHECK_EQ(source.count_, 0U);
  output->start();
  fake::wait_for_slices(50);
  output->stop();
  const std::uint64_t rendered = source.count_;
  fake::wait_for_slices(5);
  CHECK_EQ(source.count_, rendered);
  CHECK(counts_up(fake::played()));
  output->close();
}

TEST(stop_lets_nobody_in_even_if_the_system_calls_late) {
  World world;
  fake::habits().late_slices = 40;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  for (int round = 0; round < 20; ++round) {
    Counting source;
    output->open(48000, source, hearing);
    output->start();
    fake::wait_for_slices(3);
    output->stop();
    source.count_ = 7;  // a race if the callback is still inside
    source.slices_ = 0;
    output->start();
    fake::wait_for_slices(3);
    output->close();
    source.count_ = 9;
  }
}

TEST(close_without_stop_lets_nobody_in_either) {
  World world;
  fake::habits().late_slices = 40;
  Hearing hearing;
  for (int round = 0; round < 20; ++round) {
    auto source = std::make_unique<Counting>();
    std::unique_ptr<Output> output = make_device_output("default");
    output->open(48000, *source, hearing);
    output->start();
    fake::wait_for_slices(2);
    output.reset();
    source.reset();
  }
  fake::announce_to_the_removed();
}

TEST(a_pause_loses_no_frame_and_the_unit_goes_to_sleep_in_a_long_one) {
  World world;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  for (int round = 0; round < 3; ++round) {
    output->start();
    fake::wait_for_slices(10);
    output->stop();
    CHECK(fake::any_unit_runs());  // what it was given plays on
  }
  CHECK_EQ(fake::starts(), 1U);
  fake::wait_until_no_unit_runs();
  output->drain();
  output->start();
  fake::wait_for_slices(10);
  CHECK_EQ(fake::starts(), 2U);
  output->close();
  CHECK(counts_up(fake::played()));
}

TEST(silence_is_said_to_be_silence) {
  World world;
  Counting source;
  source.silent_ = true;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(1);  // it may have begun before we let anybody in
  fake::wait_for_slices(20);
  output->close();
  CHECK(fake::silent_slices() >= 20);
  CHECK(source.slices_ >= 20);
}

TEST(any_slices_and_any_buffers_are_filled) {
  const std::vector<std::vector<UInt32>> slices = {{1}, {0, 3}, {4096, 1, 2}, {511, 513, 512}};
  for (const std::vector<UInt32>& sizes : slices) {
    for (const unsigned channels : {1U, 2U, 6U}) {
      World world;
      fake::habits().slices = sizes;
      fake::habits().channels_a_buffer = channels;
      Counting source;
      Hearing hearing;
      const std::unique_ptr<Output> output = make_device_output("default");
      output->open(44100, source, hearing);
      output->start();
      fake::wait_for_slices(12);
      output->close();
      CHECK(counts_up(fake::played()));
    }
  }
}

TEST(a_buffer_without_memory_is_left_alone) {
  World world;
  fake::habits().first_buffer_missing = true;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(12);
  output->close();
  CHECK(counts_up(fake::played()));
}

TEST(one_output_takes_over_from_another_that_is_still_open) {
  World world;
  Counting source;
  Hearing hearing;
  std::unique_ptr<Output> old = make_device_output("default");
  old->open(48000, source, hearing);
  old->start();
  fake::wait_for_slices(5);
  const std::unique_ptr<Output> taking_over = make_device_output("default");
  taking_over->open(48000, source, hearing);
  old->stop();
  old->close();
  taking_over->start();
  fake::wait_for_slices(5);
  old.reset();
  fake::wait_for_slices(5);
  taking_over->close();
  CHECK(counts_up(fake::played()));
}

TEST(two_threads_are_never_let_in_at_once) {
  Counting source;
  streamtts::audio::coreaudio::RenderPort port(source);
  port.open();
  const auto device_thread = [&port] {
    std::vector<float> samples(64);
    for (int slice = 0; slice < 20000; ++slice) {
      AudioBufferList buffers{1, {{1, static_cast<UInt32>(samples.size() * sizeof(float)), samples.data()}}};
      AudioUnitRenderActionFlags flags = 0;
      streamtts::audio::coreaudio::RenderPort::render(&port, &flags, nullptr, 0, 64, &buffers);
    }
  };
  std::thread first(device_thread);
  std::thread second(device_thread);
  first.join();
  second.join();
  port.shut();
  CHECK_EQ(source.count_, 64 * source.slices_);
  CHECK(source.slices_ > 0);
}
