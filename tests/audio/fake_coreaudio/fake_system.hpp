// What the fake's two halves, the hardware layer and the units, share.
#pragma once

#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fake_coreaudio.hpp"

namespace fake {

struct Device {
  DeviceSetup setup;
  AudioObjectID stream = kAudioObjectUnknown;
  bool alive = true;
};

struct Listener {
  AudioObjectID object;
  AudioObjectPropertyAddress address;
  AudioObjectPropertyListenerProc proc;
  void* data;
};

struct System {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<AudioObjectID, Device> devices;
  AudioObjectID next_id = 100;
  AudioObjectID default_device = kAudioObjectUnknown;
  std::vector<Listener> listeners;
  std::vector<Listener> removed_listeners;
  std::map<std::pair<std::string, UInt32>, OSStatus> failures;
  std::vector<std::string> complaints;
  Habits habits;

  std::map<std::uint64_t, std::vector<float>> played;  // by cycle
  std::size_t played_frames = 0;
  std::size_t slices = 0;
  std::size_t silent_slices = 0;
  std::size_t units = 0;
  std::size_t running_units = 0;
  std::size_t starts = 0;
  std::size_t buffer_requests = 0;
  OSType last_sub_type = 0;
  UInt32 last_most_frames = 0;
  double last_rate_hz = 0;
  std::atomic<unsigned> overloads{0};
  std::atomic<std::uint64_t> cycles{0};
  std::atomic<bool> time_stands{false};
  std::vector<std::thread> late_threads;
};

System& the_system();
bool& run_loop_is_null();  // of the process: told once

// Where this thread is; the sound system must not be called from in there.
enum class Place { kOutside, kInNotification, kInRender };
Place& this_place();

void complain(System& system, const std::string& complaint);  // with the mutex held
// At the head of every call: complains about the place, and answers with a planned error.
OSStatus begin_call(const char* function, UInt32 what);

// Without the mutex, on this thread.
void notify(AudioObjectID object, AudioObjectPropertySelector selector);

}  // namespace fake
