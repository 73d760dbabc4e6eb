// A source that counts, a listener that remembers, and a fake sound system that is checked at the end.
#pragma once

#include <CoreAudio/CoreAudio.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "audio/output.hpp"
#include "check.hpp"
#include "error.hpp"
#include "fake_coreaudio/fake_coreaudio.hpp"

namespace world {

using streamtts::audio::Loss;
using streamtts::audio::Output;
using streamtts::audio::OutputListener;
using streamtts::audio::RenderSource;

// Counts up, so that a frame lost or repeated shows. Its members are plain: a race with a late callback is
// one that the sanitizers see.
class Counting final : public RenderSource {
 public:
  void render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING override {
    for (std::uint32_t i = 0; i < frames; ++i) out[i] = silent_ ? 0.0F : static_cast<float>(++count_);
    ++slices_;
  }
  std::uint32_t ready_frames() const noexcept STREAMTTS_NONBLOCKING override { return 1U << 20U; }

  std::uint64_t count_ = 0;
  std::uint64_t slices_ = 0;
  bool silent_ = false;
};

class Hearing final : public OutputListener {
 public:
  void output_lost(Loss loss, const std::string& why) override {
    const std::scoped_lock lock(mutex_);
    CHECK(loss == Loss::kVanished);
    CHECK(!why.empty());
    ++lost_;
    changed_.notify_all();
  }
  void default_changed() override {
    const std::scoped_lock lock(mutex_);
    ++moved_;
    changed_.notify_all();
  }
  void output_overloaded() override {
    const std::scoped_lock lock(mutex_);
    ++overloads_;
    changed_.notify_all();
  }

  void wait_for_lost(int count) { wait(lost_, count); }
  void wait_for_moved(int count) { wait(moved_, count); }
  void wait_for_overloads(int count) { wait(overloads_, count); }
  int lost() { return read(lost_); }
  int moved() { return read(moved_); }
  int overloads() { return read(overloads_); }

 private:
  int read(const int& value) {
    const std::scoped_lock lock(mutex_);
    return value;
  }
  void wait(const int& value, int wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return value >= wanted; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int lost_ = 0;
  int moved_ = 0;
  int overloads_ = 0;
};

inline fake::DeviceSetup speakers() {
  fake::DeviceSetup setup;
  setup.uid = "BuiltInSpeakerDevice";
  setup.name = "MacBook Pro Speakers";
  return setup;
}

inline fake::DeviceSetup headphones() {
  fake::DeviceSetup setup;
  setup.uid = "AC-88-FD-00-11-22:output";
  setup.name = "Zoë’s 🎧";
  setup.rate_hz = 24000;
  setup.buffer_frames = 480;
  return setup;
}

// Whatever a test does, nothing may be left over, and the real system must have had nothing to object to.
class World {
 public:
  World() {
    fake::reset();
    speakers_ = fake::add_device(speakers());
    fake::set_default(speakers_);
  }
  ~World() {
    CHECK_EQ(fake::live_units(), 0U);
    CHECK_EQ(fake::live_listeners(), 0U);
    CHECK_EQ(fake::live_strings(), 0U);
    for (const std::string& complaint : fake::complaints()) CHECK_EQ(complaint, std::string());
    fake::reset();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  AudioObjectID speakers_;
};

// True if frames only go missing where the output was silent, and none comes twice.
inline bool counts_up(const std::vector<float>& played) {
  float last = 0;
  for (const float sample : played) {
    if (sample == 0.0F) continue;
    if (sample != last + 1) return false;
    last = sample;
  }
  return last > 0;
}

inline std::string error_of_opening(Output& output) {
  Counting source;
  Hearing hearing;
  try {
    output.open(48000, source, hearing);
  } catch (const streamtts::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace world
