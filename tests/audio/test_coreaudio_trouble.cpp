// The Core Audio output: devices that change, vanish and refuse.
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
#include "error.hpp"
#include "fake_coreaudio/fake_coreaudio.hpp"

using namespace world;
using streamtts::Error;
using streamtts::audio::make_device_output;

TEST(another_default_is_told_once) {
  World world;
  const AudioObjectID other = fake::add_device(headphones());
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  output->start();
  fake::announce_default();  // still the same
  fake::set_default(other);
  hearing.wait_for_moved(1);
  fake::announce_default();
  fake::wait_for_slices(5);
  output->close();
  CHECK_EQ(hearing.moved(), 1);
  CHECK_EQ(hearing.lost(), 0);
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(5);
  output->close();
  CHECK_EQ(hearing.moved(), 1);
  CHECK(counts_up(fake::played()));
}

TEST(what_changes_while_we_open_is_not_missed) {
  for (const bool dies : {false, true}) {
    World world;
    fake::habits().default_while_opening = fake::add_device(headphones());
    fake::habits().dies_while_opening = dies;
    Counting source;
    Hearing hearing;
    const std::unique_ptr<Output> output = make_device_output("default");
    output->open(48000, source, hearing);
    if (dies) {
      hearing.wait_for_lost(1);
    } else {
      hearing.wait_for_moved(1);
    }
    output->close();
  }
}

TEST(a_unit_that_does_not_name_its_device_is_on_the_default) {
  World world;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  fake::fail("AudioUnitGetProperty", kAudioUnitErr_InvalidProperty);
  output->open(48000, source, hearing);
  CHECK(output->latency_s() > 0);
  fake::set_default(fake::add_device(headphones()));
  hearing.wait_for_moved(1);
  output->close();
}

TEST(a_device_that_dies_is_lost_once_and_never_asks_again) {
  World world;
  const AudioObjectID device = fake::add_device(headphones());
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output(headphones().uid);
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(5);
  fake::kill_device(device);
  hearing.wait_for_lost(1);
  const std::uint64_t rendered = source.count_;
  fake::restart_service();
  output->stop();
  output->start();
  CHECK_EQ(source.count_, rendered);
  output->drain();
  output->close();
  CHECK_EQ(hearing.lost(), 1);
}

TEST(a_loss_and_a_new_default_are_a_loss) {
  World world;
  const AudioObjectID dying = fake::add_device(headphones());
  fake::set_default(dying);
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(5);
  fake::kill_device(dying);
  fake::set_default(world.speakers_);
  hearing.wait_for_lost(1);
  output->stop();
  output->close();
  // What was not rendered is still the source's, and goes on where it stopped.
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(5);
  output->close();
  CHECK(counts_up(fake::played()));
}

TEST(a_system_that_stops_the_device_or_starts_over_has_lost_it) {
  for (const bool restarted : {false, true}) {
    World world;
    Counting source;
    Hearing hearing;
    const std::unique_ptr<Output> output = make_device_output("default");
    output->open(48000, source, hearing);
    output->start();
    if (restarted) {
      fake::restart_service();
    } else {
      fake::stop_abnormally(world.speakers_);
    }
    hearing.wait_for_lost(1);
    const std::uint64_t rendered = source.count_;
    output->stop();
    output->start();  // too late: what is lost stays silent until it is opened anew
    fake::wait_until_no_unit_runs();
    CHECK_EQ(source.count_, rendered);
    output->close();
  }
}

TEST(a_life_sign_is_no_loss) {
  World world;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  output->start();
  fake::overload();
  hearing.wait_for_overloads(1);
  fake::overload();
  fake::overload();
  hearing.wait_for_overloads(3);
  fake::set_rate(world.speakers_, 96000);
  fake::announce_default();
  output->close();
  CHECK_EQ(hearing.overloads(), 3);
  CHECK_EQ(hearing.lost(), 0);
}

TEST(no_device_is_one_sentence) {
  World world;
  fake::set_default(kAudioObjectUnknown);
  CHECK_EQ(error_of_opening(*make_device_output("default")), std::string("there is no sound device"));
}

TEST(a_device_unplugged_since_it_was_named_is_one_sentence) {
  World world;
  const AudioObjectID device = fake::add_device(headphones());
  const std::unique_ptr<Output> output = make_device_output(headphones().uid);
  fake::kill_device(device);
  CHECK_EQ(error_of_opening(*output),
           std::string("the sound device \"AC-88-FD-00-11-22:output\" is not connected"));
}

TEST(every_call_may_fail_and_leaves_nothing_behind) {
  struct Case {
    std::string function;
    OSStatus status;
    UInt32 what;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"AudioComponentFindNext", -1, 0, "cannot find the sound output of macOS"},
      {"AudioComponentInstanceNew", kAudioUnitErr_Unauthorized, 0,
       "cannot open the sound output: macOS does not allow it (-10847)"},
      {"AudioUnitSetProperty", kAudioUnitErr_FormatNotSupported, kAudioUnitProperty_StreamFormat,
       "cannot set the sound format: the device does not take this format (-10868)"},
      {"AudioUnitSetProperty", kAudioUnitErr_InvalidPropertyValue, kAudioUnitProperty_MaximumFramesPerSlice,
       "cannot set the sound buffer: the device does not allow it (-10851)"},
      {"AudioUnitSetProperty", -50, kAudioUnitProperty_SetRenderCallback,
       "cannot set up the sound output: error -50"},
      {"AudioUnitInitialize", kAudioDevicePermissionsError, 0,
       "cannot set up the sound output: another program has the device to itself ('!hog')"},
      {"AudioObjectAddPropertyListener", kAudioHardwareBadObjectError, kAudioDevicePropertyDeviceIsAlive,
       "cannot watch the sound device: the device is gone ('!obj')"},
      {"AudioObjectAddPropertyListener", kAudioHardwareUnspecifiedError,
       kAudioHardwarePropertyDefaultOutputDevice, "cannot watch the sound device: error 'what'"},
  };
  for (const Case& one : cases) {
    World world;
    const std::unique_ptr<Output> output = make_device_output("default");
    fake::fail(one.function, one.status, one.what);
    CHECK_EQ(error_of_opening(*output), one.error);
    // Half open is not open.
    output->stop();
    output->drain();
    output->close();
    fake::heal();
    CHECK_EQ(error_of_opening(*output), std::string());
  }
}

TEST(what_a_device_keeps_to_itself_does_not_stop_it) {
  const std::vector<UInt32> selectors = {kAudioDevicePropertyLatency,
                                         kAudioDevicePropertySafetyOffset,
                                         kAudioDevicePropertyBufferFrameSize,
                                         kAudioDevicePropertyBufferFrameSizeRange,
                                         kAudioDevicePropertyStreams,
                                         kAudioDevicePropertyNominalSampleRate,
                                         kAudioDeviceProcessorOverload,
                                         kAudioHardwarePropertyServiceRestarted,
                                         kAudioDevicePropertyIOStoppedAbnormally};
  for (const UInt32 selector : selectors) {
    World world;
    Counting source;
    Hearing hearing;
    for (const char* function : {"AudioObjectGetPropertyData", "AudioObjectGetPropertyDataSize",
                                 "AudioObjectSetPropertyData", "AudioObjectAddPropertyListener"}) {
      fake::fail(function, kAudioHardwareUnknownPropertyError, selector);
    }
    const std::unique_ptr<Output> output = make_device_output("default");
    output->open(48000, source, hearing);
    output->start();
    fake::wait_for_slices(5);
    CHECK(output->latency_s() >= 0 && output->latency_s() < 1);
    output->drain();
    output->close();
    CHECK(counts_up(fake::played()));
    CHECK_EQ(hearing.lost(), 0);
    fake::heal();
  }
}

TEST(a_start_that_fails_says_why_and_can_be_tried_again) {
  World world;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  fake::fail("AudioOutputUnitStart", kAudioHardwareNotReadyError);
  std::string error;
  try {
    output->start();
  } catch (const Error& caught) {
    error = caught.what();
  }
  CHECK_EQ(error, std::string("cannot start the sound device: the device is not ready ('nrdy')"));
  fake::heal();
  output->start();
  fake::wait_for_slices(3);
  output->close();
  CHECK(counts_up(fake::played()));
}

TEST(stopping_may_fail_too) {
  World world;
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  output->open(48000, source, hearing);
  output->start();
  fake::wait_for_slices(3);
  for (const char* function :
       {"AudioOutputUnitStop", "AudioUnitUninitialize", "AudioComponentInstanceDispose"}) {
    fake::fail(function, kAudioHardwareBadDeviceError);
  }
  output->close();
  output->close();
  fake::heal();
}

TEST(reopening_many_times_under_fire_breaks_nothing) {
  World world;
  fake::habits().late_slices = 5;
  const AudioObjectID other = fake::add_device(headphones());
  Counting source;
  Hearing hearing;
  const std::unique_ptr<Output> output = make_device_output("default");
  for (int round = 0; round < 100; ++round) {
    output->open(48000, source, hearing);
    output->start();
    // A busy machine may come to none in a hundred rounds, and the first may have begun before the start.
    if (round % 10 == 0) fake::wait_for_slices(2);
    fake::overload();
    fake::set_default(round % 2 == 0 ? other : world.speakers_);
    hearing.wait_for_moved(round + 1);
    fake::set_rate(world.speakers_, 44100 + round);
    if (round % 3 == 0) output->stop();
    output->close();
    fake::announce_to_the_removed();
  }
  CHECK(counts_up(fake::played()));
}
