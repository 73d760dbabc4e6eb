// The Core Audio output: which devices there are, and how they are set up.
#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audio/devices.hpp"
#include "audio/output.hpp"
#include "check.hpp"
#include "coreaudio_world.hpp"
#include "fake_coreaudio/fake_coreaudio.hpp"

using namespace world;
using streamtts::audio::DeviceInfo;
using streamtts::audio::list_devices;
using streamtts::audio::make_device_output;

TEST(a_named_device_gets_a_unit_of_its_own_by_uid_or_name) {
  World world;
  fake::add_device(headphones());
  for (const std::string& name : {headphones().uid, headphones().name}) {
    Counting source;
    Hearing hearing;
    const std::unique_ptr<Output> output = make_device_output(name);
    CHECK(output != nullptr);
    CHECK_EQ(output->open(48000, source, hearing), 48000U);
    CHECK_EQ(fake::unit_sub_type(), UInt32{kAudioUnitSubType_HALOutput});
    output->start();
    fake::wait_for_slices(10);
    // The default is nobody's business here.
    fake::announce_default();
    output->close();
    CHECK_EQ(hearing.moved(), 0);
    CHECK(counts_up(fake::played()));
    fake::forget_played();
  }
}

TEST(an_unknown_name_is_no_device) {
  World world;
  CHECK(make_device_output("Kitchen radio") == nullptr);
  CHECK(make_device_output("") == nullptr);
}

TEST(outputs_are_listed_and_nothing_else) {
  World world;
  fake::add_device(headphones());
  fake::DeviceSetup microphone = speakers();
  microphone.uid = "mic";
  microphone.has_output = false;
  fake::add_device(microphone);
  fake::DeviceSetup hidden = speakers();
  hidden.uid = "hidden";
  hidden.hidden = true;
  fake::add_device(hidden);
  const std::vector<DeviceInfo> devices = list_devices();
  CHECK_EQ(devices.size(), 2U);
  CHECK_EQ(devices.front().name, speakers().uid);
  CHECK_EQ(devices.front().description, speakers().name);
  CHECK(devices.front().is_default);
  CHECK_EQ(devices.back().name, headphones().uid);
  CHECK_EQ(devices.back().description, headphones().name);
  CHECK(!devices.back().is_default);
}

TEST(a_name_may_need_all_the_room_there_is) {
  World world;
  fake::DeviceSetup setup = headphones();
  setup.name = "スピーカー";
  fake::add_device(setup);
  const std::vector<DeviceInfo> devices = list_devices();
  CHECK_EQ(devices.back().description, setup.name);
  CHECK(make_device_output(setup.name) != nullptr);
}

TEST(a_system_that_answers_nothing_has_no_devices) {
  World world;
  fake::fail("AudioObjectGetPropertyData", kAudioHardwareUnspecifiedError);
  CHECK(list_devices().empty());
  CHECK(make_device_output("MacBook Pro Speakers") == nullptr);
  fake::heal();
  fake::fail("AudioObjectGetPropertyDataSize", kAudioHardwareUnspecifiedError);
  CHECK(list_devices().empty());
  fake::heal();
}

TEST(buffers_are_made_small_only_where_they_are_not) {
  struct Case {
    UInt32 before, fewest, most;
    bool takes;
    UInt32 after;
  };
  const std::vector<Case> cases = {
      {512, 15, 4096, true, 512},  {128, 15, 4096, true, 128},    {300, 15, 4096, true, 300},
      {4096, 15, 4096, true, 512}, {32, 15, 4096, true, 128},     {2048, 1024, 4096, true, 1024},
      {64, 15, 64, true, 64},      {4096, 15, 4096, false, 4096},
  };
  for (const Case& one : cases) {
    World world;
    fake::DeviceSetup setup = headphones();
    setup.buffer_frames = one.before;
    setup.fewest_frames = one.fewest;
    setup.most_frames = one.most;
    setup.takes_buffer_size = one.takes;
    const AudioObjectID device = fake::add_device(setup);
    Counting source;
    Hearing hearing;
    const std::unique_ptr<Output> output = make_device_output(setup.uid);
    output->open(48000, source, hearing);
    CHECK_EQ(fake::buffer_frames(device), one.after);
    const bool small_already = one.before == one.after && one.takes;
    CHECK_EQ(fake::buffer_requests(), small_already ? 0U : 1U);
    CHECK(fake::most_frames_a_slice() >= 4096);
    CHECK(fake::most_frames_a_slice() >= 4 * one.after);
    output->start();
    fake::wait_for_slices(9);
    output->close();
    CHECK(counts_up(fake::played()));
  }
}

TEST(the_largest_slice_grows_with_the_conversion) {
  World world;
  fake::DeviceSetup setup = headphones();
  setup.rate_hz = 8000;
  setup.buffer_frames = 512;
  fake::add_device(setup);
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output(setup.uid);
  output->open(192000, source, hearing);
  CHECK_EQ(fake::most_frames_a_slice(), 4U * 24 * 512);
  output->close();
}

TEST(latency_is_all_there_is_between_the_callback_and_the_ear) {
  World world;
  fake::DeviceSetup setup = speakers();
  setup.uid = "far";
  setup.latency_frames = 1000;
  setup.safety_frames = 100;
  setup.stream_latency_frames = 20;
  setup.buffer_frames = 480;
  const AudioObjectID device = fake::add_device(setup);
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("far");
  output->open(44100, source, hearing);
  CHECK_EQ(output->latency_s(), 1600.0 / 48000.0);
  fake::set_rate(device, 96000);
  while (output->latency_s() != 1600.0 / 96000.0) {
  }
  output->start();
  fake::wait_for_slices(3);
  output->drain();
  output->close();
  CHECK_EQ(hearing.lost(), 0);
}

TEST(a_unit_that_cannot_convert_is_given_the_rate_of_the_device) {
  World world;
  fake::habits().refuses_other_rates = true;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  CHECK_EQ(output->open(44100, source, hearing), 48000U);
  CHECK_EQ(fake::unit_rate_hz(), 48000.0);
  output->close();
}
