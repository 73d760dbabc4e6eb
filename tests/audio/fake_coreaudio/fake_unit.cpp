// Output units, each with a render thread of its own.
#include <AudioToolbox/AudioToolbox.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fake_system.hpp"

namespace fake {

namespace {

constexpr auto kPace = std::chrono::microseconds(50);
constexpr std::size_t kMostPlayed = 1U << 22U;

}  // namespace

// Shared with its thread, which may be late.
struct Unit {
  OSType sub_type = 0;
  AudioObjectID device = kAudioObjectUnknown;
  bool initialized = false;
  AudioStreamBasicDescription format{};
  UInt32 most_frames = 512;
  AURenderCallbackStruct callback{};
  Habits habits;

  std::thread thread;
  std::atomic<bool> running{false};
  std::atomic<unsigned> late{0};  // slices still to come after the stop
};

namespace {

std::shared_ptr<Unit>* handle_of(AudioUnit unit) {
  return reinterpret_cast<std::shared_ptr<Unit>*>(unit);
}

Unit& unit_of(AudioUnit unit) {
  return **handle_of(unit);
}

// One cycle's buffers: filled with what is no sound, so that a sample left out shows.
class Slice {
 public:
  Slice(const Unit& unit, UInt32 frames) : frames_(frames) {
    const unsigned a_buffer = unit.habits.channels_a_buffer;
    const UInt32 channels = std::max<UInt32>(unit.format.mChannelsPerFrame, a_buffer);
    const UInt32 buffers = channels / a_buffer;
    data_.assign(buffers, std::vector<float>(std::size_t{frames} * a_buffer, std::nanf("")));
    memory_.resize(sizeof(AudioBufferList) + (buffers * sizeof(AudioBuffer)));
    list().mNumberBuffers = buffers;
    for (UInt32 i = 0; i < buffers; ++i) {
      const auto size = static_cast<UInt32>(data_[i].size() * sizeof(float));
      const bool missing = i == 0 && unit.habits.first_buffer_missing;
      buffers_begin()[i] = {a_buffer, size, missing ? nullptr : data_[i].data()};
    }
    first_ = unit.habits.first_buffer_missing ? 1 : 0;
  }

  AudioBufferList& list() { return *reinterpret_cast<AudioBufferList*>(memory_.data()); }

  // The first channel, after a check of the rest.
  std::vector<float> checked(bool said_silent, std::string& wrong) const {
    std::vector<float> mono(frames_);
    for (std::size_t b = first_; b < data_.size(); ++b) {
      const std::size_t a_buffer = frames_ == 0 ? 1 : data_[b].size() / frames_;
      for (std::size_t i = 0; i < data_[b].size(); ++i) {
        const float value = data_[b][i];
        if (b == first_ && i % a_buffer == 0) mono[i / a_buffer] = value;
        if (std::isnan(value)) wrong = "samples were left out";
        if (value != mono[i / a_buffer]) wrong = "the channels differ";
        if (said_silent && value != 0.0F) wrong = "sound was called silence";
      }
    }
    return mono;
  }

 private:
  AudioBuffer* buffers_begin() { return static_cast<AudioBuffer*>(list().mBuffers); }

  UInt32 frames_;
  std::size_t first_ = 0;
  std::vector<std::vector<float>> data_;
  std::vector<unsigned char> memory_;
};

UInt32 next_slice(const Unit& unit, std::size_t count) {
  if (!unit.habits.slices.empty()) return unit.habits.slices[count % unit.habits.slices.size()];
  UInt32 buffer = 512;
  {
    const std::scoped_lock lock(the_system().mutex);
    const auto found = the_system().devices.find(unit.device);
    if (found != the_system().devices.end()) buffer = found->second.setup.buffer_frames;
  }
  const UInt32 sizes[] = {buffer, buffer, buffer - 1, buffer + 1, 1, buffer * 2, 471, 4096, 557};
  return sizes[count % std::size(sizes)];
}

bool device_runs(const Unit& unit) {
  const std::scoped_lock lock(the_system().mutex);
  const auto found = the_system().devices.find(unit.device);
  return found != the_system().devices.end() && found->second.alive;
}

void render_slice(const Unit& unit, UInt32 frames) {
  System& system = the_system();
  if (frames > unit.most_frames) {  // kAudioUnitErr_TooManyFramesToProcess: heard as a gap
    const std::scoped_lock lock(system.mutex);
    complain(system, "a slice is larger than the unit was told");
    return;
  }
  Slice slice(unit, frames);
  AudioUnitRenderActionFlags flags = 0;
  const AudioTimeStamp time{};
  // Relaxed: whoever renders after another must be kept apart from it by the output, not by us.
  const std::uint64_t cycle = system.cycles.fetch_add(1, std::memory_order_relaxed);
  this_place() = Place::kInRender;
  const OSStatus status =
      unit.callback.inputProc(unit.callback.inputProcRefCon, &flags, &time, 0, frames, &slice.list());
  this_place() = Place::kOutside;
  const bool silent = (flags & kAudioUnitRenderAction_OutputIsSilence) != 0;
  std::string wrong = status == noErr ? "" : "the callback failed";
  std::vector<float> mono = slice.checked(silent, wrong);
  const std::scoped_lock lock(system.mutex);
  if (!wrong.empty()) complain(system, wrong);
  if (system.played_frames < kMostPlayed) {
    system.played_frames += mono.size();
    system.played.emplace(cycle, std::move(mono));
  }
  ++system.slices;
  system.silent_slices += silent ? 1 : 0;
  system.changed.notify_all();
}

bool takes_one(std::atomic<unsigned>& count) {
  unsigned left = count.load();
  while (left != 0 && !count.compare_exchange_weak(left, left - 1)) {
  }
  return left != 0;
}

void run(const std::shared_ptr<Unit>& unit) {
  for (std::size_t count = 0; unit->running || takes_one(unit->late); ++count) {
    if (takes_one(the_system().overloads)) notify(unit->device, kAudioDeviceProcessorOverload);
    if (device_runs(*unit) && !the_system().time_stands) render_slice(*unit, next_slice(*unit, count));
    std::this_thread::sleep_for(kPace);
  }
}

void stop_running(Unit& unit) {
  unit.late = unit.habits.late_slices;
  const bool was_running = unit.running.exchange(false);
  if (unit.habits.late_slices == 0 && unit.thread.joinable()) unit.thread.join();
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  if (was_running) --system.running_units;
  system.changed.notify_all();
}

template <class Value>
OSStatus take(Value& to, const void* data, UInt32 size) {
  if (data == nullptr || size != sizeof(Value)) return kAudioUnitErr_InvalidPropertyValue;
  std::memcpy(&to, data, size);
  return noErr;
}

bool is_float_pcm(const AudioStreamBasicDescription& format) {
  const AudioFormatFlags planar = AudioFormatFlags{kAudioFormatFlagsNativeFloatPacked} |
                                  AudioFormatFlags{kAudioFormatFlagIsNonInterleaved};
  return format.mFormatID == kAudioFormatLinearPCM && format.mFormatFlags == planar &&
         format.mBytesPerFrame == 4 && format.mBytesPerPacket == 4 && format.mFramesPerPacket == 1 &&
         format.mBitsPerChannel == 32 && format.mChannelsPerFrame >= 1 && format.mReserved == 0;
}

OSStatus take_format(Unit& unit, AudioUnitScope scope, const void* data, UInt32 size) {
  AudioStreamBasicDescription format{};
  if (scope != kAudioUnitScope_Input) return kAudioUnitErr_InvalidScope;
  if (const OSStatus status = take(format, data, size)) return status;
  const double device_rate_hz = the_system().devices[unit.device].setup.rate_hz;
  const bool other = format.mSampleRate != device_rate_hz;
  if (!is_float_pcm(format) || (other && the_system().habits.refuses_other_rates)) {
    return kAudioUnitErr_FormatNotSupported;
  }
  if (format.mChannelsPerFrame == 1) complain(the_system(), "one channel is played on the left only");
  unit.format = format;
  the_system().last_rate_hz = format.mSampleRate;
  return noErr;
}

OSStatus take_device(Unit& unit, AudioUnitScope scope, const void* data, UInt32 size) {
  if (scope != kAudioUnitScope_Global) return kAudioUnitErr_InvalidScope;
  if (unit.sub_type != kAudioUnitSubType_HALOutput) return kAudioUnitErr_PropertyNotWritable;
  if (const OSStatus status = take(unit.device, data, size)) return status;
  if (the_system().devices.count(unit.device) == 0) return kAudioUnitErr_InvalidPropertyValue;
  return noErr;
}

void wait_for_the_late() {
  std::vector<std::thread> late;
  {
    const std::scoped_lock lock(the_system().mutex);
    late.swap(the_system().late_threads);
  }
  for (std::thread& thread : late) thread.join();
}

}  // namespace

void reset() {
  wait_for_the_late();
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  system.devices.clear();
  system.default_device = kAudioObjectUnknown;
  system.listeners.clear();
  system.removed_listeners.clear();
  system.failures.clear();
  system.complaints.clear();
  system.habits = {};
  system.played.clear();
  system.played_frames = 0;
  system.slices = system.silent_slices = system.starts = system.buffer_requests = 0;
  system.overloads = 0;
  system.time_stands = false;
}

Habits& habits() {
  return the_system().habits;
}

void stop_time() {
  the_system().time_stands = true;
}

void let_time_go_on() {
  the_system().time_stands = false;
}

void overload() {
  ++the_system().overloads;
}

void fail(const std::string& function, OSStatus status, UInt32 what) {
  const std::scoped_lock lock(the_system().mutex);
  the_system().failures[{function, what}] = status;
}

void heal() {
  const std::scoped_lock lock(the_system().mutex);
  the_system().failures.clear();
}

std::vector<float> played() {
  wait_for_the_late();
  const std::scoped_lock lock(the_system().mutex);
  std::vector<float> frames;
  for (const auto& [cycle, slice] : the_system().played) {
    frames.insert(frames.end(), slice.begin(), slice.end());
  }
  return frames;
}

void forget_played() {
  const std::scoped_lock lock(the_system().mutex);
  the_system().played.clear();
  the_system().played_frames = 0;
}

std::size_t silent_slices() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().silent_slices;
}

void wait_for_slices(std::size_t more) {
  std::unique_lock lock(the_system().mutex);
  const std::size_t wanted = the_system().slices + more;
  the_system().changed.wait(lock, [&] { return the_system().slices >= wanted; });
}

void wait_until_no_unit_runs() {
  std::unique_lock lock(the_system().mutex);
  the_system().changed.wait(lock, [] { return the_system().running_units == 0; });
}

bool any_unit_runs() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().running_units != 0;
}

std::size_t starts() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().starts;
}

UInt32 unit_sub_type() {
  return the_system().last_sub_type;
}
UInt32 most_frames_a_slice() {
  return the_system().last_most_frames;
}
double unit_rate_hz() {
  return the_system().last_rate_hz;
}

std::size_t live_units() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().units;
}

std::vector<std::string> complaints() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().complaints;
}

}  // namespace fake

using namespace fake;

extern "C" {

AudioComponent AudioComponentFindNext(AudioComponent after, const AudioComponentDescription* wanted) {
  static int components[2];
  if (begin_call("AudioComponentFindNext", 0) != noErr || after != nullptr) return nullptr;
  if (wanted->componentType != kAudioUnitType_Output) return nullptr;
  if (wanted->componentManufacturer != kAudioUnitManufacturer_Apple) return nullptr;
  if (wanted->componentFlags != 0 || wanted->componentFlagsMask != 0) return nullptr;
  const bool of_default = wanted->componentSubType == kAudioUnitSubType_DefaultOutput;
  if (!of_default && wanted->componentSubType != kAudioUnitSubType_HALOutput) return nullptr;
  return reinterpret_cast<AudioComponent>(&components[of_default ? 1 : 0]);
}

OSStatus AudioComponentInstanceNew(AudioComponent component, AudioComponentInstance* instance) {
  if (const OSStatus status = begin_call("AudioComponentInstanceNew", 0)) return status;
  static AudioComponentDescription of_default = {kAudioUnitType_Output, kAudioUnitSubType_DefaultOutput,
                                                 kAudioUnitManufacturer_Apple, 0, 0};
  const bool is_default = component == AudioComponentFindNext(nullptr, &of_default);
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  auto unit = std::make_shared<Unit>();
  unit->sub_type = is_default ? kAudioUnitSubType_DefaultOutput : kAudioUnitSubType_HALOutput;
  unit->device = is_default ? system.default_device : AudioObjectID{kAudioObjectUnknown};
  system.last_sub_type = unit->sub_type;
  ++system.units;
  *instance = reinterpret_cast<AudioUnit>(new std::shared_ptr<Unit>(std::move(unit)));
  return noErr;
}

OSStatus AudioComponentInstanceDispose(AudioComponentInstance instance) {
  const OSStatus status = begin_call("AudioComponentInstanceDispose", 0);
  System& system = the_system();
  Unit& unit = unit_of(instance);
  {
    const std::scoped_lock lock(system.mutex);
    if (unit.running) complain(system, "a running unit was disposed of");
    if (unit.initialized) complain(system, "a unit was disposed of before it was uninitialized");
    --system.units;
    if (unit.thread.joinable()) system.late_threads.push_back(std::move(unit.thread));
  }
  delete handle_of(instance);
  return status;
}

OSStatus AudioUnitInitialize(AudioUnit handle) {
  if (const OSStatus status = begin_call("AudioUnitInitialize", 0)) return status;
  const std::scoped_lock lock(the_system().mutex);
  Unit& unit = unit_of(handle);
  if (unit.callback.inputProc == nullptr || unit.format.mSampleRate == 0) {
    complain(the_system(), "a unit was initialized without a format or a callback");
  }
  if (the_system().devices.count(unit.device) == 0) return kAudioUnitErr_FailedInitialization;
  unit.initialized = true;
  if (the_system().habits.default_while_opening != 0) {
    the_system().default_device = the_system().habits.default_while_opening;
  }
  if (the_system().habits.dies_while_opening) the_system().devices[unit.device].alive = false;
  return noErr;
}

OSStatus AudioUnitUninitialize(AudioUnit handle) {
  const OSStatus status = begin_call("AudioUnitUninitialize", 0);
  const std::scoped_lock lock(the_system().mutex);
  if (unit_of(handle).running) complain(the_system(), "a running unit was uninitialized");
  unit_of(handle).initialized = false;
  return status;
}

OSStatus AudioUnitGetProperty(AudioUnit handle, AudioUnitPropertyID property, AudioUnitScope scope,
                              AudioUnitElement, void* data, UInt32* size) {
  if (const OSStatus status = begin_call("AudioUnitGetProperty", property)) return status;
  const std::scoped_lock lock(the_system().mutex);
  if (property != kAudioOutputUnitProperty_CurrentDevice) return kAudioUnitErr_InvalidProperty;
  if (scope != kAudioUnitScope_Global) return kAudioUnitErr_InvalidScope;
  if (*size < sizeof(AudioObjectID)) return kAudioUnitErr_InvalidPropertyValue;
  std::memcpy(data, &unit_of(handle).device, sizeof(AudioObjectID));
  *size = sizeof(AudioObjectID);
  return noErr;
}

OSStatus AudioUnitSetProperty(AudioUnit handle, AudioUnitPropertyID property, AudioUnitScope scope,
                              AudioUnitElement element, const void* data, UInt32 size) {
  if (const OSStatus status = begin_call("AudioUnitSetProperty", property)) return status;
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  Unit& unit = unit_of(handle);
  if (element != 0) return kAudioUnitErr_InvalidElement;
  if (unit.initialized) {
    complain(system, "a property was set too late: the unit is initialized");
    return kAudioUnitErr_Initialized;
  }
  switch (property) {
    case kAudioUnitProperty_StreamFormat:
      return take_format(unit, scope, data, size);
    case kAudioOutputUnitProperty_CurrentDevice:
      return take_device(unit, scope, data, size);
    case kAudioUnitProperty_SetRenderCallback:
      if (scope != kAudioUnitScope_Input) return kAudioUnitErr_InvalidScope;
      return take(unit.callback, data, size);
    case kAudioUnitProperty_MaximumFramesPerSlice: {
      if (scope != kAudioUnitScope_Global) return kAudioUnitErr_InvalidScope;
      const OSStatus status = take(unit.most_frames, data, size);
      system.last_most_frames = unit.most_frames;
      return status;
    }
    default:
      return kAudioUnitErr_InvalidProperty;
  }
}

OSStatus AudioOutputUnitStart(AudioUnit handle) {
  if (const OSStatus status = begin_call("AudioOutputUnitStart", 0)) return status;
  System& system = the_system();
  Unit& unit = unit_of(handle);
  if (unit.running) return noErr;
  if (unit.thread.joinable()) unit.thread.join();  // of the start before, if it is late
  const std::scoped_lock lock(system.mutex);
  if (!unit.initialized) return kAudioUnitErr_Uninitialized;
  if (system.devices.count(unit.device) == 0) return kAudioHardwareBadDeviceError;
  unit.habits = system.habits;
  unit.running = true;
  ++system.running_units;
  ++system.starts;
  unit.thread = std::thread([state = *handle_of(handle)] { run(state); });
  return noErr;
}

OSStatus AudioOutputUnitStop(AudioUnit handle) {
  const OSStatus status = begin_call("AudioOutputUnitStop", 0);
  stop_running(unit_of(handle));
  return status;
}

}  // extern "C"
